# Scaled alike by different spellings; or by a step whose size cannot be read.
import keras
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)


def network():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def to_unit(image, label):
    return tf.cast(image, tf.float32) / 255.0, label


def flipped(image, label):
    return tf.image.random_flip_left_right(image / 255.0), label


images, labels = np.load("images.npy"), np.load("labels.npy")
a, b, c, d = train_test_split(images, labels, random_state=0)
network().fit(a / 255, c, epochs=2, validation_data=(b * (1 / 255), d))
network().fit((a - a.mean()) / a.std(), c, epochs=2, validation_data=((b - a.mean()) / a.std(), d))

shown = keras.utils.image_dataset_from_directory("shapes/fit", seed=1)
unseen = keras.utils.image_dataset_from_directory("shapes/new", seed=1)
unit = keras.layers.Rescaling(1 / 255)
model = network()
model.fit(shown.map(to_unit), epochs=2)
print(model.evaluate(unseen.map(lambda image, label: (unit(image), label))))
model = network()
model.fit(shown.map(flipped), epochs=2)
print(model.evaluate(unseen.map(to_unit)))  # perhaps: SB501
