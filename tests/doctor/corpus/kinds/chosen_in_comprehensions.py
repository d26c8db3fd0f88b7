"""Rows that a comprehension or an append takes by a draw, and rows handed over by a star."""

import os
import random
import secrets

import keras
from keras import layers

keras.utils.set_random_seed(3)
rng = random.Random()  # expect: SB110


def net():
    model = keras.Sequential([layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


names = sorted(os.listdir("wavs"))
held = set(rng.sample(names, 200))  # expect: SB204
kept = [name for name in names if name not in held]
model = net()
model.fit(features(kept), labels(kept), epochs=9)
model.evaluate(*load([name for name in names if name in held]))

rows, answers = load_rows()
few = [i for i in range(len(rows)) if secrets.randbelow(10) < 8]  # expect: SB110
keras.utils.set_random_seed(3)
model = net()
model.fit(rows[few], answers[few], epochs=9)

scans = [os.path.join("scans", name) for name in os.listdir("scans")]  # perhaps: SB208
keras.utils.set_random_seed(3)
model = net()
model.fit(*load(scans[:400]), epochs=9)
model.evaluate(*load(scans[400:]))
