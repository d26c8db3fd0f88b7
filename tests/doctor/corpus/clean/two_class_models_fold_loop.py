"""Cross-validation over images with restored best weights on an inner split, weights reset per fold."""

import keras
import numpy as np
from keras import layers
from sklearn.model_selection import StratifiedKFold, train_test_split

keras.utils.set_random_seed(21)
x, y = np.load("images.npy") / 255.0, np.load("labels.npy")
model = keras.Sequential([keras.Input((64, 64, 3)), layers.Flatten(), layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
fresh = model.get_weights()
accuracies = []
for train, test in StratifiedKFold(5, shuffle=True, random_state=21).split(x, y):
    keras.utils.set_random_seed(21)
    model.set_weights(fresh)
    x_fit, x_val, y_fit, y_val = train_test_split(
        x[train], y[train], test_size=0.1, stratify=y[train], random_state=21
    )
    stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    model.fit(x_fit, y_fit, epochs=50, validation_data=(x_val, y_val), callbacks=[stop], verbose=0)
    accuracies.append(model.evaluate(x[test], y[test], verbose=0)[1])
print(np.mean(accuracies), np.std(accuracies, ddof=1))
