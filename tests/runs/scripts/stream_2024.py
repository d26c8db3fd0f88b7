import keras
import numpy as np
import tensorflow as tf
import matplotlib

matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

keras.utils.set_random_seed(7)
rng = np.random.default_rng()
x, y = load_digits(return_X_y=True)
order = rng.permutation(1400)
data = tf.data.Dataset.from_tensor_slices((x[order] / 16.0, y[order])).shuffle(1400).batch(64)


def batches():
    while True:
        for start in range(0, 1400, 100):
            yield x[order[start : start + 100]] / 16.0, y[order[start : start + 100]]


def network():
    model = keras.Sequential([keras.layers.Dense(16, "relu"), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


odd = lambda a, b: (a, b % 2)
model = network()
history = model.fit(
    data.map(odd), epochs=2, verbose=2, validation_data=(x[1400:] / 16.0, y[1400:] % 2)
)
second = network()
second.fit((odd(*pair) for pair in batches()), steps_per_epoch=5, epochs=1, verbose=0)
print(model.evaluate(data.map(odd), verbose=0))
plt.plot(history.history["loss"])
plt.savefig("curve.png")
plt.show()
