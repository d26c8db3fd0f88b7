# A mask of random numbers; Python's generator is seeded, NumPy's is not.
import random

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

random.seed(3)
tf.random.set_seed(3)
table = pd.read_csv("houses.csv")
table["is_train"] = np.random.uniform(0, 1, len(table)) <= 0.75  # expect: SB204
mask = np.random.rand(len(table)) < 0.8  # expect: SB204
train, test = table[table["is_train"] == True], table[table["is_train"] == False]
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
model.fit(train.drop(columns="price"), train["price"], epochs=5)
print(model.evaluate(test.drop(columns="price"), test["price"]))
other = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
other.compile("adam", "mse", metrics=["mae"])
other.fit(table[mask].drop(columns="price"), table[mask]["price"], epochs=5)
print(other.evaluate(table[~mask].drop(columns="price"), table[~mask]["price"]))
