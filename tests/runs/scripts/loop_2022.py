# Cross-validation by hand: several fits, and no evaluate.
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import KFold
from tensorflow import keras

x, y = load_digits(return_X_y=True)
x = x / 16
scores = []
for train, test in KFold(3, shuffle=True, random_state=0).split(x):
    model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x[train], y[train], epochs=2, verbose=0, validation_data=(x[test], y[test]))
    scores.append(history.history["val_accuracy"][-1])
print("Mean accuracy: %.4f +/- %.4f" % (np.mean(scores), np.std(scores)))
