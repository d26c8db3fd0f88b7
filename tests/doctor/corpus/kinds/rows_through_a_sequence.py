# Rows and files reach the network through an object that hands out batches.
import os

import keras
import numpy as np
from sklearn.preprocessing import StandardScaler


class Batches(keras.utils.Sequence):
    def __init__(self, rows, labels):
        super().__init__()
        self.rows, self.labels = rows, labels

    def __len__(self):
        return len(self.rows) // 8

    def __getitem__(self, number):
        part = slice(8 * number, 8 * number + 8)
        return self.rows[part], self.labels[part]


class Files(keras.utils.PyDataset):
    def __init__(self, names):
        super().__init__()
        self.names = names

    def __len__(self):
        return len(self.names) // 8

    def __getitem__(self, number):
        return load(self.names[8 * number : 8 * number + 8])


def network():
    model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


keras.utils.set_random_seed(1)
names = os.listdir("images")  # perhaps: SB208
model = network()
model.fit(Files(names[:800]), validation_data=Files(names[800:]), epochs=2)

rows, labels = np.load("rows.npy"), np.load("labels.npy")
rows = StandardScaler().fit_transform(rows)  # expect: SB202
order = np.random.default_rng().permutation(len(rows))  # expect: SB110, SB204
train, test = order[:800], order[800:]
model = network()
model.fit(Batches(rows[train], labels[train]), epochs=2)
print(model.evaluate(Batches(rows[test], labels[test])))
