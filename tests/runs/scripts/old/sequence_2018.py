# 2018: a Sequence that shuffles its rows after each epoch, a cyclic rate by K.set_value
import numpy as np
from keras import backend as K
from keras.callbacks import Callback, ReduceLROnPlateau
from keras.layers import Dense
from keras.models import Sequential
from keras.utils import Sequence


class Rows(Sequence):
    def __init__(self, first, rows, size=16):
        self.first, self.rows, self.size = first, rows, size
        self.on_epoch_end()

    def __len__(self):
        return int(np.floor(self.rows / self.size))

    def __getitem__(self, index):
        of = self.order[index * self.size : (index + 1) * self.size]
        return np.sin(np.outer(of % 7 + 1, np.arange(6))), np.eye(3)[of % 7 % 3]

    def on_epoch_end(self):
        self.order = self.first + np.random.permutation(self.rows)


class Cyclic(Callback):
    def on_batch_end(self, batch, logs=None):
        K.set_value(self.model.optimizer.lr, 0.01 * (1 + batch % 4))


model = Sequential([Dense(8, activation="relu", input_dim=6), Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit_generator(
    generator=Rows(0, 96), validation_data=Rows(96, 32), epochs=2, verbose=0, workers=2,
    use_multiprocessing=False, callbacks=[Cyclic(), ReduceLROnPlateau(patience=1)],
)  # fmt: skip
print("val_acc: %.3f" % history.history["val_acc"][-1])
