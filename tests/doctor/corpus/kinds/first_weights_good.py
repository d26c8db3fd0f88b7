# An initialiser object for layers of other sizes or in a row, one each for two towers, zero biases.
import keras
import numpy as np
from keras import layers
from keras.initializers import HeNormal, RandomNormal

keras.utils.set_random_seed(6)
x, y, x_test, y_test = (np.load(f"{name}.npy") for name in ("x", "y", "x_test", "y_test"))
narrow = RandomNormal(stddev=0.02)
row = keras.Sequential([
    layers.Dense(64, activation="relu", kernel_initializer=narrow, bias_initializer="zeros"),
    layers.Dense(32, activation="relu", kernel_initializer=narrow),
    layers.Dense(1, activation="sigmoid", kernel_initializer="zeros"),
])
row.compile("adam", "binary_crossentropy", metrics=["accuracy"])
row.fit(x, y, epochs=3)
print(row.evaluate(x_test, y_test))

inputs = keras.Input((20,))
left = layers.Dense(32, activation="relu", kernel_initializer=HeNormal(seed=1))(inputs)
right = layers.Dense(32, activation="relu", kernel_initializer=HeNormal(seed=2))(inputs)
towers = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.add([left, right])))
towers.compile("adam", "binary_crossentropy", metrics=["accuracy"])

start = HeNormal()
wide = layers.Dense(48, activation="relu", kernel_initializer=start)(inputs)
thin = layers.Dense(12, activation="relu", kernel_initializer=start)(inputs)
mixed = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.concatenate([wide, thin])))
mixed.compile("adam", "binary_crossentropy", metrics=["accuracy"])
