# Data made up at random and permuted by a seeded draw: no split by lot; one text drawn to be shown.
import random

import keras
import numpy as np
import tensorflow as tf

points = np.vstack([np.random.normal(0, 1, (500, 2)), np.random.normal(2, 1, (500, 2))])  # expect: SB111
classes = np.repeat([0, 1], 500)
tf.random.set_seed(4)  # perhaps: SB109
order = np.random.default_rng(4).permutation(len(points))
points, classes = points[order], classes[order]
net = keras.Sequential([keras.layers.Dense(2, activation="softmax")])
net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(points[:800], classes[:800], epochs=5)
print(net.evaluate(points[800:], classes[800:]))

tests = [line.strip() for line in open("tests.txt")]
for _ in range(3):
    shown = random.choice(tests)
    print(shown, net.predict(np.array([float(shown), 0.0])[None]))
