# Samples of a table and of a list; the rest is trained on.
import random

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

table = pd.read_csv("houses.csv")
held = table.sample(n=200)  # expect: SB204
rest = table[~table.index.isin(held.index)]
tf.random.set_seed(3)
np.random.seed(3)
random.seed(3)
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
model.fit(rest.drop(columns="price"), rest["price"], epochs=5)
print(model.evaluate(held.drop(columns="price"), held["price"]))
