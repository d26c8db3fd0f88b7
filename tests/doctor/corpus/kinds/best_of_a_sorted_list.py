# The best of several runs is taken from the end of a sorted list, or by its position.
import heapq

import keras
import numpy as np
import pandas as pd

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


def once(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2)
    return model.evaluate(x_test, y_test)[1]


scores = [once(seed) for seed in range(5)]
scores.sort()
print("accuracy", scores[-1])  # expect: SB503
ranked = sorted([once(seed) for seed in range(5)], reverse=True)
print("accuracy", ranked[0])  # expect: SB503
scores = [once(seed) for seed in range(5)]
print("accuracy", heapq.nlargest(1, scores))  # expect: SB503
scores = [once(seed) for seed in range(5)]
print("accuracy", scores[np.argmax(scores)])  # expect: SB503
table = pd.DataFrame([{"seed": seed, "score": once(seed)} for seed in range(5)])
table = table.sort_values("score", ascending=False)
print("accuracy", table.iloc[0]["score"])  # expect: SB503
