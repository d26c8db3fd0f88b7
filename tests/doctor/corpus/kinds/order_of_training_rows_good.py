# Only the order of training rows is drawn, and which test images are shown; nothing is divided.
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

keras.utils.set_random_seed(1)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
again = np.random.permutation(len(x_test))
x_test, y_test = x_test[again], y_test[again]
names = {name: number for number, name in enumerate(sorted(set(["cat", "dog"])))}
table = pd.read_csv("more.csv").sample(frac=1)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5)
print(model.evaluate(x_test, y_test), names, table.head())
for row in np.random.choice(len(x_test), 9):
    plt.imshow(x_test[row])
