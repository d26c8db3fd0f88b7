# Generator objects that take their state from the system, in a script that looks seeded.
import random
import secrets

import keras
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(7)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
state = np.random.RandomState()  # expect: SB110
bits = np.random.Generator(np.random.PCG64())  # expect: SB110
picker = random.Random()  # expect: SB110
noise = tf.random.Generator.from_non_deterministic_state()  # expect: SB110


def add_noise(images, generator):
    return images + generator.normal(0, 0.1, images.shape)


x = add_noise(x, bits)
x = x + noise.normal(x.shape)
rows = list(range(len(x_test)))
picker.shuffle(rows)  # expect: SB204
x_fit, x_val, y_fit, y_val = train_test_split(x, y, test_size=0.1, stratify=y, random_state=state)
first = secrets.randbelow(1000)  # expect: SB110, SB204
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_fit, y_fit, epochs=3, validation_data=(x_val, y_val))
print(model.evaluate(x_test[rows[:500]], y_test[rows[:500]]))
print(model.evaluate(x_test[first : first + 500], y_test[first : first + 500]))
