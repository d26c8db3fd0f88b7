# Rows on both sides: the whole of a split, two samples, slices that overlap.
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
whole = build()
whole.fit(features, colour, epochs=5)  # expect: SB210
print(whole.evaluate(b, d))
watched = build()
watched.fit(features, colour, epochs=5, validation_data=(b, d))  # expect: SB210
booster = XGBClassifier(random_state=5)
booster.fit(features, colour)  # expect: SB210
print(booster.score(b, d))

learn = table.sample(frac=0.8, random_state=1)
check = table.sample(frac=0.2, random_state=2)
sampled = build()
sampled.fit(learn.drop(columns="colour"), learn.colour, epochs=5)  # expect: SB210
print(sampled.evaluate(check.drop(columns="colour"), check.colour))

images, kinds = np.load("images.npy"), np.load("kinds.npy")
cut = build()
cut.fit(images[:6000], kinds[:6000], epochs=5)  # expect: SB210
print(cut.evaluate(images[5000:], kinds[5000:]))

(seen, names), (unseen, unseen_names) = keras.datasets.cifar10.load_data()
seen, unseen = seen / 255, unseen / 255
everything = build()
everything.fit(np.concatenate([seen, unseen]), np.concatenate([names, unseen_names]), epochs=5)  # expect: SB210
print(everything.evaluate(unseen, unseen_names))
year, month = pd.read_csv("year.csv"), pd.read_csv("month.csv")
both = pd.concat([year, month], ignore_index=True)
forest = XGBClassifier(random_state=5).fit(both[["age", "fee"]], both["kind"])  # expect: SB210
print(forest.score(month[["age", "fee"]], month["kind"]))
unseen_rows = images[:1000]
cut = build()
cut.fit(images, kinds, epochs=5)  # perhaps: SB210
test_images, test_kinds = images[:1000], kinds[:1000]
print(cut.evaluate(test_images, test_kinds), cut.evaluate(unseen_rows, kinds[:1000]))
