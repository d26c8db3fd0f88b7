# Tables of one class each are joined, and the last rows are held out.
import keras
import pandas as pd

keras.utils.set_random_seed(1)


def train(table):
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(table[["a", "b"]], table["fault"], validation_split=0.2)  # expect: SB407


train(pd.concat([pd.read_csv("fine.csv").assign(fault=0), pd.read_csv("bad.csv").assign(fault=1)]))

fine, bad = pd.read_csv("fine.csv"), pd.read_csv("bad.csv")
fine["fault"] = 0
bad["fault"] = 1
table = pd.concat([fine, bad], ignore_index=True)
labels = table.pop("fault")
second = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
second.compile("adam", "binary_crossentropy", metrics=["accuracy"])
second.fit(table.values, labels.values, validation_split=0.2)  # expect: SB407
