# Statistics of training rows alone, constants, and statistics of all rows that are only printed.
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
        for column in ["age", "fee"]:
            self.df[column] = self.df[column].fillna(0)

    def split(self):
        self.train, self.test = train_test_split(self.df, random_state=1, stratify=self.df.churned)
        for column in ["age", "fee"]:
            middle = self.train[column].median()
            self.train[column] = self.train[column].fillna(middle)
            self.test[column] = self.test[column].fillna(middle)


(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
both = np.concatenate([x, x_test])
print("of all pixels", both.mean(), both.std())
centre = x.mean(axis=(0, 1, 2))
x, x_test = (x - centre) / 255, (x_test - centre) / 255
model = network()
model.fit(x, y, epochs=2)
print(model.evaluate(x_test, y_test))

table = pd.read_csv("wine.csv")
names = ["acid", "sugar"]
table[names] = table[names].apply(lambda row: (row - row.mean()) / row.std(), axis=1)
a, b, c, d = train_test_split(table[names], table.kind, random_state=1, stratify=table.kind)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

clients = Clients("clients.csv")
clients.clean()
clients.split()
model = network()
model.fit(clients.train[["age", "fee"]], clients.train["churned"], epochs=2)
print(model.evaluate(clients.test[["age", "fee"]], clients.test["churned"]))
