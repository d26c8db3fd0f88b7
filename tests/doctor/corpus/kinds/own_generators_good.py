# Generators that are seeded, and ones that a seed of the script does reach.
import argparse
import random

import keras
import numpy as np
from sklearn.model_selection import train_test_split

options = argparse.ArgumentParser().parse_args()
keras.utils.set_random_seed(options.seed)
rng = np.random.default_rng(options.seed)
state = np.random.RandomState(0)
spawned = np.random.default_rng(np.random.SeedSequence(3))
picker = random.Random(options.seed)
dropout = keras.random.SeedGenerator()
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
order = rng.permutation(len(x))
x = x[order] + spawned.normal(0, 0.1, x.shape) + keras.random.normal(x.shape, seed=dropout)
rows = list(range(len(x_test)))
picker.shuffle(rows)
x_fit, x_val, y_fit, y_val = train_test_split(x, y[order], stratify=y, random_state=state)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_fit, y_fit, epochs=3, validation_data=(x_val, y_val))
print(model.evaluate(x_test[rows[:500]], y_test[rows[:500]]))
