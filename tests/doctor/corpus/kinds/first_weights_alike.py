# Kernels that begin alike: zeros in a row, one initialiser object for two towers on one input.
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.initializers import HeNormal, Zeros

keras.utils.set_random_seed(6)
x, y, x_test, y_test = (np.load(f"{name}.npy") for name in ("x", "y", "x_test", "y_test"))
dead = keras.Sequential()
dead.add(layers.Dense(64, activation="tanh", kernel_initializer=Zeros()))  # expect: SB410
dead.add(layers.Dense(64, activation="tanh", kernel_initializer="zeros"))  # perhaps: SB410
dead.add(layers.Dense(1, activation="sigmoid"))
dead.compile("adam", "binary_crossentropy", metrics=["accuracy"])
dead.fit(x, y, epochs=3)
print(dead.evaluate(x_test, y_test))

early = keras.Sequential()
early.add(layers.Dense(16, activation="relu", kernel_initializer=tf.zeros_initializer()))  # expect: SB410
early.add(layers.Dense(1, activation="sigmoid"))
early.compile("adam", "binary_crossentropy", metrics=["accuracy"])

start = HeNormal(seed=3)  # expect: SB410
inputs = keras.Input((20,))
left = layers.Dense(32, activation="relu", kernel_initializer=start)(inputs)
right = layers.Dense(32, activation="relu", kernel_initializer=start)(inputs)
towers = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.add([left, right])))
towers.compile("adam", "binary_crossentropy", metrics=["accuracy"])

unseeded = keras.initializers.glorot_normal()  # perhaps: SB410
seen = keras.Input((32, 32, 3))
edges = layers.Conv2D(8, (3, 3), kernel_initializer=unseeded, activation="relu")(seen)
spots = layers.Conv2D(8, (3, 3), kernel_initializer=unseeded, activation="relu")(seen)
joined = layers.Flatten()(layers.concatenate([edges, spots]))
images = keras.Model(inputs=seen, outputs=layers.Dense(1, activation="sigmoid")(joined))
images.compile("adam", "binary_crossentropy", metrics=["accuracy"])
