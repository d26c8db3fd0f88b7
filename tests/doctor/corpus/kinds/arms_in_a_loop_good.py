# Several seeds for each builder, and a loop over builders that scores nothing.
import keras
import numpy as np
from keras import layers

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


def small():
    return keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])


def large():
    return keras.Sequential([layers.Conv2D(8, 3), small()])


for name, build in [("small", small), ("large", large)]:
    scores = []
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, epochs=2)
        scores.append(model.evaluate(x_test, y_test)[1])
    print(name, np.mean(scores), np.std(scores, ddof=1))

for name, build in [("small", small), ("large", large)]:
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2)
    model.save(f"{name}.keras")
    print(name, model.predict(np.load("unseen.npy")))
