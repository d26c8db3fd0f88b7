# A wrapper builds a network at each fit; the seed is set once, before the repetitions.
import keras
import numpy as np
from scikeras.wrappers import KerasRegressor
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

keras.utils.set_random_seed(8)  # expect: SB103
rows, price = np.load("rows.npy"), np.load("price.npy")
rows = MinMaxScaler().fit_transform(rows)  # expect: SB202
a, b, c, d = train_test_split(rows, price, random_state=8)


def small():
    net = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    net.compile("adam", "mse")
    return net


for repetition in range(10):
    regressor = KerasRegressor(small, epochs=20, verbose=0)
    regressor.fit(a, c)
    print(regressor.score(b, d))
