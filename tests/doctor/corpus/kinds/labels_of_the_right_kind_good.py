# The loss fits the labels, which change their form on the way.
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.preprocessing import LabelEncoder

keras.utils.set_random_seed(1)
(x, y), _ = keras.datasets.mnist.load_data()
whole = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
whole.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
whole.fit(x, np.eye(10)[y], epochs=3)

back = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
back.compile("adam", "sparse_categorical_crossentropy")
back.fit(x, np.argmax(keras.utils.to_categorical(y, 10), axis=1), epochs=3)

names = keras.utils.to_categorical(LabelEncoder().fit_transform(species))
kinds = keras.Sequential([layers.Dense(3, activation="softmax")])
kinds.compile("adam", keras.losses.CategoricalCrossentropy())
kinds.fit(measures, names, epochs=3)

folder = tf.keras.utils.image_dataset_from_directory("flowers", seed=1)
images = keras.Sequential([layers.Flatten(), layers.Dense(5, activation="softmax")])
images.compile("adam", "categorical_crossentropy")
images.fit(folder.map(lambda image, kind: (image, tf.one_hot(kind, 5))), epochs=3)
