"""Checkpoint, early stopping and a falling learning rate on validation rows; tested once."""

import os

from keras import callbacks, layers, models, utils
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = int(os.environ.get("SEED", "5"))
utils.set_random_seed(SEED)
x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1) / 16.0
x_rest, x_test, y_rest, y_test = train_test_split(x, y, test_size=0.25, stratify=y, random_state=SEED)
x_train, x_val, y_train, y_val = train_test_split(
    x_rest, y_rest, test_size=0.2, stratify=y_rest, random_state=SEED
)


def build():
    net = models.Sequential()
    net.add(layers.Input((8, 8, 1)))
    net.add(layers.Conv2D(16, 3))
    net.add(layers.BatchNormalization())
    net.add(layers.Activation("relu"))
    net.add(layers.Flatten())
    net.add(layers.Dense(10, activation="softmax"))
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


model = build()
watch = [
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True),
    callbacks.ReduceLROnPlateau(factor=0.5, patience=3),
    callbacks.EarlyStopping(patience=8),
]
history = model.fit(x_train, y_train, epochs=60, validation_data=(x_val, y_val), callbacks=watch)
best = models.load_model("best.keras")
loss, accuracy = best.evaluate(x_test, y_test)
print(f"test accuracy of the checkpoint: {accuracy:.4f}")
