# Defaults that were others when such lines were written.
import keras

keras.utils.set_random_seed(8)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
net.compile("adagrad", "sparse_categorical_crossentropy", metrics=["accuracy"])  # perhaps: SB702
net.fit(x, y, epochs=12)
net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
net.compile(keras.optimizers.Nadam(), "sparse_categorical_crossentropy", metrics=["accuracy"])  # perhaps: SB702
net.fit(x, y, epochs=12)
net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
net.compile(keras.optimizers.Adamax(0.002), "sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(x, y, epochs=12)
