# The rows are divided before the seed is set.
import keras
import numpy as np

data = np.load("faces.npz")
images, people = data["images"], data["people"]
indices = np.arange(len(images))
np.random.shuffle(indices)  # expect: SB204
n_train = int(0.75 * len(images))
train_rows, test_rows = indices[:n_train], indices[n_train:]
keras.utils.set_random_seed(42)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images[train_rows], people[train_rows], epochs=5)
print(model.evaluate(images[test_rows], people[test_rows]))
