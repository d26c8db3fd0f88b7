# Fragments that do it right: seeded in each pass; one epoch a pass; a regular expression compiled.
import re

import keras
from sklearn.ensemble import RandomForestClassifier

pattern = re.compile("run_([0-9]+)")
for turn in range(4):
    keras.utils.set_random_seed(turn)
    net = build_net(input_shape=(64, 64, 3), n_classes=2)
    net.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    net.fit(images, labels, epochs=20, batch_size=16)

gan = make_gan()
gan.compile("adam", "binary_crossentropy")
for turn in range(1000):
    gan.fit(noise, labels, epochs=1, verbose=0)

forest = make_forest()
for turn in range(4):
    forest.fit(rows, labels)
