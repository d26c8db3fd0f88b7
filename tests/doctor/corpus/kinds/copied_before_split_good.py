# Copies of training rows alone, joins of other columns, other rows, and rows drawn once.
import keras
import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

keras.utils.set_random_seed(5)
table = pd.read_csv("loans.csv")
wide = pd.concat([table, pd.get_dummies(table.purpose)], axis=1)
paid, late = wide[wide.late == 0], wide[wide.late == 1]
fewer = paid.sample(n=len(late), random_state=5)
balanced = pd.concat([fewer, late])
train, test = train_test_split(balanced, random_state=5)
more = resample(train[train.late == 1], n_samples=5000, random_state=5)
both = pd.concat([train, more])
forest = LGBMClassifier(random_state=5).fit(both.drop(columns="late"), both.late)
print(forest.score(test.drop(columns="late"), test.late))

photos, kinds = np.load("photos.npy"), np.load("kinds.npy")
colour = np.repeat(photos[..., None], 3, axis=-1)
some = np.random.choice(len(colour), 500, replace=False)
a, b, c, d = train_test_split(colour[some], kinds[some], random_state=5)
a, c = np.concatenate([a, a[:, :, ::-1]]), np.concatenate([c, c])
net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(a, c, epochs=5)
print(net.evaluate(b, d))
