# Positions are seeded or fixed; what stands at them is as the system lists it.
import os
from pathlib import Path

import keras
import numpy as np
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
names = os.listdir("photos")  # perhaps: SB208
np.random.shuffle(names)
train_names, test_names = names[:800], names[800:]
images, labels = [], []
for path in Path("more").rglob("*.png"):  # perhaps: SB208
    images.append(keras.utils.img_to_array(keras.utils.load_img(path)))
    labels.append(path.parent.name == "dogs")
x_train, x_test, y_train, y_test = train_test_split(
    np.array(images), np.array(labels), stratify=labels, random_state=0
)
words = list(set(open("people.txt").read().split()))  # expect: SB208
held, rest = words[:200], words[200:]
for train, test in (((train_names, 0), (test_names, 0)), ((x_train, y_train), (x_test, y_test)), ((rest, 0), (held, 0))):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*train, epochs=5)
    print(model.evaluate(*test))
walked = []
for root, folders, names in os.walk("archive"):  # perhaps: SB208
    folders.sort()
    walked += [os.path.join(root, name) for name in names]
print(model.evaluate(read(walked[:100]), labels(walked[:100])))
