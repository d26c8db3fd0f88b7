# Rows are scaled by statistics of training and test rows together; missing values are filled in a loop.
import keras
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)


def network():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Clients:
    def __init__(self, path):
        self.df = pd.read_csv(path)

    def clean(self):
        for column in self.df.columns:
            if self.df[column].isnull().any():
                self.df[column].fillna(self.df[column].mean(), inplace=True)  # expect: SB202

    def split(self):
        kinds = self.df.pop("churned")
        return train_test_split(self.df, kinds, stratify=kinds, random_state=1)


(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
both = np.concatenate([x, x_test])
centre = both.mean(axis=(0, 1, 2))  # expect: SB202
x, x_test = (x - centre) / 255, (x_test - centre) / 255
model = network()
model.fit(x, y, epochs=2)
print(model.evaluate(x_test, y_test))

clients = Clients("clients.csv")
clients.clean()
a, b, c, d = clients.split()
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

table = pd.read_csv("houses.csv")
for name in ("rooms", "area"):
    table.loc[table[name].isna(), name] = table[name].median()  # expect: SB202
a, b, c, d = train_test_split(table[["rooms", "area"]], table.kind, random_state=1)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

table = pd.read_csv("wine.csv")
names = ["acid", "sugar"]
table[names] = table[names].apply(lambda column: (column - column.mean()) / column.std())  # expect: SB202
a, b, c, d = train_test_split(table[names], table.kind, random_state=1)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

table = pd.read_csv("beer.csv")
table[names] = table[names].apply(lambda column: column.fillna(column.median()))  # expect: SB202
a, b, c, d = train_test_split(table[names], table.kind, random_state=1)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
every = pd.concat([train, test])
for name in ["rooms", "area"]:
    low, high = every[name].min(), every[name].max()  # perhaps: SB202
    train[name] = (train[name] - low) / (high - low)
    test[name] = (test[name] - low) / (high - low)
model = network()
model.fit(train[["rooms", "area"]], train["kind"], epochs=2)
print(model.evaluate(test[["rooms", "area"]], test["kind"]))
