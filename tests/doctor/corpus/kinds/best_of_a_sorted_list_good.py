# All scores, the middle one, or both ends of a sorted list.
import keras
import numpy as np

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


def once(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2)
    return model.evaluate(x_test, y_test)[1]


scores = [once(seed) for seed in range(5)]
scores.sort()
print("middle", scores[len(scores) // 2], "of", scores)
print("from", scores[0], "to", scores[-1])
last = [once(seed) for seed in range(5)]
print("the last run", last[-1])
names = sorted(["b", "a"])
print(names[0])
