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
