# Only the training rows are scaled: after a split, and inside a map.
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
    image = tf.image.resize(tf.cast(image, tf.float32), (64, 64))
    return image / 255.0, label


images, labels = np.load("images.npy"), np.load("labels.npy")
a, b, c, d = train_test_split(images, labels, random_state=0)
a = a / 255  # expect: SB804
network().fit(a, c, epochs=2, validation_data=(b, d))

shown = keras.utils.image_dataset_from_directory("shapes/fit", seed=1)
unseen = keras.utils.image_dataset_from_directory("shapes/new", seed=1)  # expect: SB804
unit = keras.layers.Rescaling(1 / 255)
model = network()
model.fit(shown.map(lambda image, label: (unit(image), label)), epochs=2)
print(model.evaluate(unseen))
model = network()
model.fit(shown.map(to_unit), epochs=2)
print(model.evaluate(unseen))  # perhaps: SB501
