# Copies of training rows after the split, lists that hold each row once, and other lists.
import cv2
import keras
import numpy as np
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)


def network():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


images, labels = np.load("images.npy"), np.load("labels.npy")
a, b, c, d = train_test_split(images, labels, stratify=labels, random_state=0)
rows, kinds = [], []
for image, kind in zip(a, c):
    rows.append(image)
    rows.append(image + np.random.normal(0, 0.1, image.shape))
    kinds += [kind, kind]
model = network()
model.fit(np.array(rows), np.array(kinds), epochs=2)
print(model.evaluate(b, d))

each, energies = [], []
for number, name in enumerate(np.load("names.npy")):
    photo = cv2.imread(name)
    features = []
    features.append(photo.mean())
    features.append((photo * 2).max())
    if number % 2:
        each.append(cv2.flip(photo, 1))
    else:
        each.append(photo)
    energies.append(features)
a, b, c, d, e, f = train_test_split(each, energies, labels, stratify=labels, random_state=0)
model = network()
model.fit(np.array(a), e, epochs=2)
print(model.evaluate(np.array(b), f))

pixels = np.array([image[row] for image in images for row in range(4)])
a, b, c, d = train_test_split(pixels, np.repeat(labels, 4), random_state=0, stratify=labels)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d))

room, flat = np.empty((len(images), 64, 64)), np.empty((len(images), 2))
for number in range(len(images)):
    room[number] = images[number]
    room[number] = cv2.GaussianBlur(room[number], (5, 5), 0)
    flat[number, 0] = images[number].mean()
    flat[number, 1] = images[number].std()
a, b, c, d = train_test_split(room, labels, random_state=0, stratify=labels)
model = network()
model.fit(a, c, epochs=2)
print(model.evaluate(b, d), flat)

pairs = []
for number in range(len(images) - 2):
    pairs.append([images[number], images[number + 1]])
    pairs.append([images[number], images[number + 2]])
print(len(pairs))
