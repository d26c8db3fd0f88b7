# A training score beside a test score, slices side by side, what is left of a sample, a last fit.
import keras
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier


def build():
    net = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


keras.utils.set_random_seed(5)
table = pd.read_csv("wine.csv")
features, colour = table.drop(columns="colour"), table["colour"]
a, b, c, d = train_test_split(features, colour, stratify=colour, random_state=5)
booster = XGBClassifier(random_state=5).fit(a, c)
print(booster.score(a, c), booster.score(b, d))
booster.fit(features, colour)  # for use, after the score
booster.save_model("wine.json")

learn = table.sample(frac=0.8, random_state=1)
check = table.drop(learn.index)
sampled = build()
sampled.fit(learn.drop(columns="colour"), learn.colour, epochs=5)
print(sampled.evaluate(check.drop(columns="colour"), check.colour))

images, kinds = np.load("images.npy"), np.load("kinds.npy")
cut = build()
cut.fit(images[:6000], kinds[:6000], epochs=5)
print(cut.evaluate(images[:1000], kinds[:1000]), cut.predict(images[:3]))
print(cut.evaluate(images[6000:], kinds[6000:]))

(seen, names), (unseen, unseen_names) = keras.datasets.cifar10.load_data()
seen, unseen = seen / 255, unseen / 255
everything = np.concatenate([seen, unseen])
print(everything.shape, everything.mean())
apart = build()
apart.fit(np.concatenate([seen, seen[:, :, ::-1]]), np.concatenate([names, names]), epochs=5)
print(apart.evaluate(unseen, unseen_names))
year, month = pd.read_csv("year.csv"), pd.read_csv("month.csv")
both = pd.get_dummies(pd.concat([year, month]))
first, second = both[: len(year)], both[len(year) :]
forest = XGBClassifier(random_state=5).fit(first[["age", "fee"]], first["kind"])
print(forest.score(second[["age", "fee"]], second["kind"]))
