"""What is kept as the best is the first epoch, the last one, or any above a fixed number."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)


def net():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def the_first_epoch(x, y, x_new, y_new):
    model = net()
    for epoch in range(30):
        model.fit(x, y, epochs=1, validation_split=0.1)
        if epoch == 0:
            best_weights = model.get_weights()  # expect: SB307
    model.set_weights(best_weights)
    print(model.evaluate(x_new, y_new))


def never_updated(x, y):
    model = net()
    best_loss = np.inf
    for _ in range(30):
        history = model.fit(x, y, epochs=1, validation_split=0.1)
        if history.history["val_loss"][-1] < best_loss:
            model.save_weights("best.weights.h5")  # expect: SB307


def above_a_number(x, y):
    model = net()
    for _ in range(30):
        history = model.fit(x, y, epochs=1, validation_split=0.1)
        if history.history["val_accuracy"][-1] > 0.5:
            model.save("model_best.keras")  # perhaps: SB307


def whatever_comes(batches):
    model = net()
    step = 0
    while step < 1000:
        model.train_on_batch(*next(batches))
        step += 1
        model.save("best.keras")  # perhaps: SB307


def overwritten(x, y):
    model = net()
    kept = keras.callbacks.ModelCheckpoint("best.keras", monitor="val_loss")  # expect: SB307
    model.fit(x, y, epochs=30, validation_split=0.1, callbacks=[kept])


class KeepBest(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if not epoch:
            self.best = self.model.get_weights()  # perhaps: SB307


rows, labels, new_rows, new_labels, stream = load()
the_first_epoch(rows, labels, new_rows, new_labels)
never_updated(rows, labels)
above_a_number(rows, labels)
whatever_comes(stream)
overwritten(rows, labels)
