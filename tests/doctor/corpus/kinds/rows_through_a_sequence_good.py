# Batches of sorted files and of rows that are scaled after the split.
import os

import keras
import numpy as np
from sklearn.preprocessing import StandardScaler


class Batches(keras.utils.Sequence):
    def __init__(self, rows, labels, scaler):
        super().__init__()
        self.rows, self.labels, self.scaler = rows, labels, scaler

    def __len__(self):
        return len(self.rows) // 8

    def __getitem__(self, number):
        part = slice(8 * number, 8 * number + 8)
        return self.scaler.transform(self.rows[part]), self.labels[part]


keras.utils.set_random_seed(1)
rows, labels = np.load("rows.npy"), np.load("labels.npy")
order = np.random.default_rng(1).permutation(len(rows))
train, test = order[:800], order[800:]
scaler = StandardScaler().fit(rows[train])
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(Batches(rows[train], labels[train], scaler), epochs=2)
print(model.evaluate(Batches(rows[test], labels[test], scaler)))
print(sorted(os.listdir("images"))[:8])
