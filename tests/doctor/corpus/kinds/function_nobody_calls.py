# A function that shows something and that nothing calls: nothing in it is certain.
import keras
from sklearn.model_selection import train_test_split


def show(x, y):
    a, b, c, d = train_test_split(x, y)  # perhaps: SB204
    net = keras.Sequential([keras.layers.Dense(1, activation="softmax")])  # perhaps: SB402
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    net.fit(a, c, epochs=5)
    print(net.evaluate(b, d))
