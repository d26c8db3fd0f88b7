# Both parts pass through the scaler, within a pipeline, or written back in place.
import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(1)
rows, labels = np.load("rows.npy"), np.load("labels.npy")
a, b, c, d = train_test_split(rows, labels, random_state=0, stratify=labels)
scaler = StandardScaler()
scaled, checked = scaler.fit_transform(a), scaler.transform(b)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(scaled.astype("float32"), c, epochs=2)
print(model.evaluate(checked, d))
print(make_pipeline(StandardScaler(), LogisticRegression()).fit(a, c).score(b, d))

columns = [0, 2]
a = scaler.fit_transform(a)
b[:, columns] = StandardScaler().fit(a[:, columns]).transform(b[:, columns])
line = LogisticRegression().fit(a, c)
print(line.score(b, d))
