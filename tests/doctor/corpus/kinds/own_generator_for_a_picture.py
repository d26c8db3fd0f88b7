# The generator draws which images are shown, not what is trained on.
import keras
import matplotlib.pyplot as plt
import numpy as np

keras.utils.set_random_seed(7)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
rng = np.random.default_rng()  # perhaps: SB110
for place, row in enumerate(rng.choice(len(x), 9)):
    plt.subplot(3, 3, place + 1)
    plt.imshow(x[row])
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
