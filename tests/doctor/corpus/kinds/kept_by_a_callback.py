# A callback of the script keeps the epoch with the best score on the test set.
import keras

keras.utils.set_random_seed(3)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


class Keeper(keras.callbacks.Callback):
    def __init__(self, rows, labels):
        super().__init__()
        self.rows, self.labels = rows, labels
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        score = self.model.evaluate(self.rows, self.labels, verbose=0)[1]
        if score > self.best:  # expect: SB201
            self.best = score
            self.model.save_weights("best.weights.h5")


model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, callbacks=[Keeper(x_test, y_test)])
