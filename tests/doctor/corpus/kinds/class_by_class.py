# Labels written class by class; the last rows are of one class.
import keras
import numpy as np
from sklearn.utils import shuffle

keras.utils.set_random_seed(6)
cats, dogs = np.load("cats.npy"), np.load("dogs.npy")


def build():
    net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return net


photos = np.concatenate([cats, dogs]).astype("float32")
kinds = np.concatenate([np.zeros(len(cats)), np.ones(len(dogs))])
build().fit(photos, kinds, epochs=5, validation_split=0.2)  # expect: SB407
listed = np.array([0] * len(cats) + [1] * len(dogs))
build().fit(photos, listed, epochs=5, validation_split=0.2)  # perhaps: SB407
filled, pictures = [], []
for cat in cats:
    pictures.append(cat)
    filled.append("cat")
for dog in dogs:
    pictures.append(dog)
    filled.append("dog")
build().fit(np.array(pictures), np.array(filled), epochs=5, validation_split=0.2)  # perhaps: SB407
asked = []
for photo in photos:
    if photo.mean() > 0.5:
        asked.append(0)
    else:
        asked.append(1)
build().fit(photos, np.array(asked), epochs=5, validation_split=0.2)
build().fit(photos, kinds, epochs=5)
order = np.random.permutation(len(photos))
build().fit(photos[order], kinds[order], epochs=5, validation_split=0.2)
mixed, sorts = shuffle(photos, kinds, random_state=6)
build().fit(mixed, sorts, epochs=5, validation_split=0.2)
