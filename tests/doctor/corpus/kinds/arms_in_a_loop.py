# Each pass of a loop over builders trains one network once; predictions and histories count as well.
import keras
import numpy as np
from keras import layers
from sklearn.metrics import accuracy_score

keras.utils.set_random_seed(1)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


def small():
    return keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])


def large():
    return keras.Sequential([layers.Conv2D(8, 3), small()])


for name, build in [("small", small), ("large", large)]:
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2)
    guess = np.argmax(model.predict(x_test), axis=1)  # perhaps: SB501
    print(name, accuracy_score(y_test, guess))

scores = {}
for build in (small, large):
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    past = model.fit(x, y, epochs=2, validation_data=(x_test, y_test))  # perhaps: SB501
    scores[build.__name__] = past.history["val_accuracy"][-1]
