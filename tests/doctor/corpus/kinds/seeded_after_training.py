"""The seed comes when everything is trained, or at the end of each pass."""

import keras
import numpy as np
from keras import layers


def net():
    model = keras.Sequential([layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


scores = []
for seed in range(5):
    model = net()
    model.fit(x_train, y_train, epochs=5)
    scores.append(model.evaluate(x_test, y_test)[1])
    keras.utils.set_random_seed(seed)  # expect: SB105
print(np.mean(scores), np.std(scores))
