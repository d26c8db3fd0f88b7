# The rows of a table are put in a drawn order, and its first and last rows are taken.
import keras
import numpy as np
import pandas as pd

table = pd.read_csv("wine.csv")
table = table.reindex(np.random.permutation(table.index))  # expect: SB204
train, test = table.head(1200), table.tail(400)
keras.utils.set_random_seed(7)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("rmsprop", "mae")
model.fit(train.drop("quality", axis=1), train["quality"])
print(model.evaluate(test.drop("quality", axis=1), test["quality"]))
