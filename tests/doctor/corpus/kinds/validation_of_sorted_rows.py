# The last rows of a sorted table are held out.
import keras
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)


def network():
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


table = pd.read_csv("clients.csv").sort_values("churned")
network().fit(table[["age", "fee"]].values, table["churned"].values, validation_split=0.2)  # perhaps: SB407

table = pd.read_csv("clients.csv").sort_values(by=["signup_date"])
network().fit(table[["age", "fee"]], table.churned, validation_split=0.2)  # perhaps: SB407

rows, labels = np.load("rows.npy"), np.load("labels.npy")
order = np.argsort(labels)
network().fit(rows[order], labels[order], validation_split=0.2)  # perhaps: SB407

table = pd.read_csv("clients.csv").sort_values("churned").sample(frac=1)
network().fit(table[["age", "fee"]], table.churned, validation_split=0.2)

table = pd.read_csv("clients.csv").sort_values("client_id")
network().fit(table[["age", "fee"]], table.churned, validation_split=0.2)

table = pd.read_csv("sales.csv")
table = table.sort_values("date")
columns = ["age", "fee"]
network().fit(table[columns].values, table["churned"].values, validation_split=0.2)  # perhaps: SB407

table = pd.read_csv("sales.csv").set_index("date").sort_index()
network().fit(table[columns], table.pop("churned"), validation_split=0.2)  # perhaps: SB407

table = pd.read_csv("clients.csv").sort_values("churned").reset_index(drop=True)
kinds = table["churned"].astype("category").cat.codes
a, b, c, d = train_test_split(table[columns], kinds, shuffle=False)  # perhaps: SB407
network().fit(a, c, validation_data=(b, d))
cut = int(0.8 * len(table))
network().fit(table[columns][:cut], table["churned"][:cut])  # perhaps: SB407

table = pd.read_csv("sales.csv").sort_values("date")
network().fit(table[columns][:cut], table["churned"][:cut])
