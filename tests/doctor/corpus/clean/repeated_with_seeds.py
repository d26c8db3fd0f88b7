"""Two arms on common seeds: each repetition sets its seed, builds a model, and is reported whole."""

import argparse
import random

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def set_seeds(seed):
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def build(norm):
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(16, 3)])
    if norm:
        model.add(layers.BatchNormalization())
    model.add(layers.ReLU())
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def run(seed, norm, data, epochs):
    set_seeds(seed)
    (x_train, y_train), (x_test, y_test) = data
    model = build(norm)
    model.fit(x_train, y_train, epochs=epochs, verbose=0)
    return model.evaluate(x_test, y_test, verbose=0)[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    data = keras.datasets.cifar10.load_data()
    with_norm = [run(seed, True, data, args.epochs) for seed in range(args.seeds)]
    without = [run(seed, False, data, args.epochs) for seed in range(args.seeds)]
    difference = np.array(with_norm) - np.array(without)
    print(f"{difference.mean():.4f} ± {difference.std(ddof=1) / np.sqrt(args.seeds):.4f}")


if __name__ == "__main__":
    main()
