# Pairs are shuffled together in a helper, then cut; the last fifth is validation data.
import random

import keras
import numpy as np
import tensorflow as tf


def shuffle_together(first, second):
    pairs = list(zip(first, second))
    random.shuffle(pairs)  # expect: SB204
    first, second = zip(*pairs)
    return np.array(first), np.array(second)


tf.random.set_seed(1)  # perhaps: SB109
np.random.seed(1)
images, labels = np.load("images.npy"), np.load("labels.npy")
images, labels = shuffle_together(images, labels)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, epochs=5, validation_split=0.2)
