# Joined tables are shuffled, hold both classes, or are told apart by another column.
import keras
import pandas as pd

keras.utils.set_random_seed(1)


def train(table):
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(table[["a", "b"]], table["fault"], validation_split=0.2)


parts = [pd.read_csv("fine.csv").assign(fault=0), pd.read_csv("bad.csv").assign(fault=1)]
train(pd.concat(parts).sample(frac=1, random_state=3))
train(pd.concat([pd.read_csv("one.csv"), pd.read_csv("two.csv")]))
train(pd.concat([pd.read_csv("one.csv").assign(site=0), pd.read_csv("two.csv").assign(site=1)]))
