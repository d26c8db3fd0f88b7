# All rows are trained on, and the only score is theirs.
import keras
import numpy as np

keras.utils.set_random_seed(5)
table = np.loadtxt("diabetes.csv", delimiter=",")
rows, ill = table[:, :8], table[:, 8]
net = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
net.fit(rows, ill, epochs=50)
print(net.evaluate(rows, ill))  # perhaps: SB210
