"""A score decides what is kept as the best, or what is kept is not called so."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)


def net():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def by_loss(x, y):
    model = net()
    best_loss, best_weights = np.inf, None
    for epoch in range(30):
        loss = model.fit(x, y, epochs=1, validation_split=0.1).history["val_loss"][-1]
        if epoch == 0 or loss < best_loss:
            best_loss = loss
            best_weights = model.get_weights()
        if epoch % 10 == 0:
            model.save(f"epoch_{epoch}.keras")
    model.set_weights(best_weights)


def first_as_a_start(x, y):
    model = net()
    scores = []
    for epoch in range(30):
        score = model.fit(x, y, epochs=1, validation_split=0.1).history["val_accuracy"][-1]
        if epoch == 0:
            best = model.get_weights()
        elif score > max(scores):
            best = model.get_weights()
        scores.append(score)
    model.set_weights(best)


def until_good_enough(x, y):
    model = net()
    for _ in range(30):
        score = model.fit(x, y, epochs=1, validation_split=0.1).history["val_accuracy"][-1]
        if score > 0.95:
            model.save("best.keras")
            break


def by_checkpoints(x, y):
    model = net()
    kept = [
        keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True),
        keras.callbacks.ModelCheckpoint("last.keras"),
        keras.callbacks.ModelCheckpoint("best_{epoch:02d}.keras"),
    ]
    model.fit(x, y, epochs=30, validation_split=0.1, callbacks=kept)


def a_network_for_each_width(x, y):
    stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    for width in (8, 16, 32):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([layers.Dense(width), layers.Dense(3, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, epochs=30, validation_split=0.1, callbacks=[stop])
        model.save("best.keras")


class KeepBest(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 0 or logs["val_loss"] < self.lowest:
            self.lowest = logs["val_loss"]
            self.best = self.model.get_weights()


rows, labels = load()
by_loss(rows, labels)
first_as_a_start(rows, labels)
until_good_enough(rows, labels)
by_checkpoints(rows, labels)
a_network_for_each_width(rows, labels)
