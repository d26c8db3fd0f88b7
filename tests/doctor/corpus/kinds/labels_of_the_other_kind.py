# The loss wants one-hot labels and gets integers, or the reverse.
import keras
import tensorflow as tf
from keras import layers
from sklearn.preprocessing import LabelEncoder

keras.utils.set_random_seed(1)
(x, y), _ = keras.datasets.mnist.load_data()
whole = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
whole.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])  # expect: SB403
whole.fit(x, y, epochs=3)

hot = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
hot.compile("adam", loss="sparse_categorical_crossentropy")  # expect: SB403
hot.fit(x, keras.utils.to_categorical(y, 10), epochs=3)

names = LabelEncoder().fit_transform(species)
kinds = keras.Sequential([layers.Dense(3, activation="softmax")])
kinds.compile("adam", keras.losses.CategoricalCrossentropy())  # expect: SB403
kinds.fit(measures, names, epochs=3)

folder = tf.keras.utils.image_dataset_from_directory("flowers", seed=1)
images = keras.Sequential([layers.Flatten(), layers.Dense(5, activation="softmax")])
images.compile("adam", "categorical_crossentropy")  # expect: SB403
images.fit(folder.prefetch(1), epochs=3)
