# One part of a split passes through a fitted scaler, the other does not.
import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

keras.utils.set_random_seed(1)
rows, labels = np.load("rows.npy"), np.load("labels.npy")
a, b, c, d = train_test_split(rows, labels, random_state=0, stratify=labels)
scaled = StandardScaler().fit_transform(a)  # expect: SB804
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(scaled, c, epochs=2)
print(model.evaluate(b, d))

scaler = MinMaxScaler().fit(a)
line = LogisticRegression().fit(a, c)
print(line.score(scaler.transform(b), d))  # expect: SB804
