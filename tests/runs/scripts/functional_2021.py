import argparse
import os
import numpy as np
import tensorflow as tf
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.datasets import load_digits

parser = argparse.ArgumentParser()
parser.add_argument("--units", type=int, default=16)
parser.add_argument("--epochs", type=int, default=2)
args = parser.parse_args()

tf.random.set_seed(1)
here = os.path.dirname(os.path.abspath(__file__))
scale = float(open(os.path.join(here, "scale.txt")).read())


def main():
    x, y = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(
        x / scale, y, test_size=0.4, random_state=42
    )
    inputs = tf.keras.Input(shape=(64,))
    hidden = tf.keras.layers.Dense(args.units, activation="relu")(inputs)
    outputs = tf.keras.layers.Dense(10, activation="softmax")(hidden)
    model = tf.keras.Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["acc"])
    model.fit(x_train, y_train, epochs=args.epochs, verbose=0)
    model.fit(x_train, y_train, epochs=1, verbose=0)
    predicted = model.predict(x_test, verbose=0)
    print("accuracy is %.2f %%" % (100 * accuracy_score(y_test, predicted.argmax(axis=1))))
    with open(os.path.join(here, "result.txt"), "w") as f:
        f.write("done")


if __name__ == "__main__":
    main()
