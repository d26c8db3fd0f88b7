# A seed is set before the order is drawn.
import keras
import numpy as np
import pandas as pd

keras.utils.set_random_seed(7)
table = pd.read_csv("wine.csv")
table = table.reindex(np.random.permutation(table.index))
train, test = table.head(1200), table.tail(400)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("rmsprop", "mae")
model.fit(train.drop("quality", axis=1), train["quality"])
print(model.evaluate(test.drop("quality", axis=1), test["quality"]))
