# A loop appends a row and changed copies of it to one list, which is divided afterwards.
import cv2
import keras
import numpy as np
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)


def network():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def with_noise(rows, times):
    more = list(rows)
    for _ in range(times):
        for row in rows:
            more.append(row + np.random.normal(scale=0.01, size=row.shape))  # perhaps: SB209
    return np.array(more)


images, labels = np.load("images.npy"), np.load("labels.npy")
turned, kinds = [], []
for number in range(len(images)):
    for quarter in range(4):
        turned.append(np.rot90(images[number], quarter))  # perhaps: SB209
        kinds.append(labels[number])
a, b, c, d = train_test_split(np.array(turned), np.array(kinds), stratify=kinds, random_state=0)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

photos = []
for name, kind in zip(np.load("names.npy"), labels):
    photo = cv2.resize(cv2.imread(name), (64, 64))
    photos.append((photo, kind))
    photos.append((cv2.flip(photo, 1), kind))  # perhaps: SB209
shown, kinds = zip(*photos)
a, b, c, d = train_test_split(np.array(shown) / 255, kinds, stratify=kinds, random_state=0)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

waves, kinds = [], []
for wave, kind in zip(np.load("waves.npy"), labels):
    waves += [wave, np.roll(wave, 5)]  # perhaps: SB209
    kinds += [kind, kind]
waves, kinds = np.stack(waves), np.array(kinds)
order = np.random.default_rng(0).permutation(len(waves))
cut = int(0.8 * len(waves))
model = network()
model.fit(waves[order[:cut]], kinds[order[:cut]], epochs=2)
print(model.evaluate(waves[order[cut:]], kinds[order[cut:]]))

turned = np.array([np.rot90(image, quarter) for image in images for quarter in range(4)])  # perhaps: SB209
a, b, c, d = train_test_split(turned, np.repeat(labels, 4), random_state=0)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

many = len(images)
room = np.empty((2 * many, 64, 64))
for number in range(many):
    room[number] = images[number] / 255
    room[many + number] = cv2.GaussianBlur(images[number] / 255, (5, 5), 0)  # perhaps: SB209
a, b, c, d = train_test_split(room, np.tile(labels, 2), random_state=0)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

rows = np.load("rows.npy")
a, b, c, d = train_test_split(np.tile(rows, (3, 1)), np.tile(labels, 3), random_state=0)  # perhaps: SB209
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

a, b, c, d = train_test_split(with_noise(images, 2), np.tile(labels, 3), random_state=0)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))
