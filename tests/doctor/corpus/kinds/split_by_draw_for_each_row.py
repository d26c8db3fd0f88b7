# Each row goes to one side or the other by a draw of its own.
import csv
import random

import keras
import numpy as np

train_rows, test_rows, train_labels, test_labels = [], [], [], []
for row in csv.reader(open("flowers.csv")):
    if random.random() < 0.8:  # expect: SB204
        train_rows.append([float(v) for v in row[:4]])
        train_labels.append(int(row[4]))
    else:
        test_rows.append([float(v) for v in row[:4]])
        test_labels.append(int(row[4]))
keras.utils.set_random_seed(5)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(np.array(train_rows), np.array(train_labels), epochs=5)
print(model.evaluate(np.array(test_rows), np.array(test_labels)))
