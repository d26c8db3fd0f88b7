# The outputs of a model class fit neither the loss nor the metric.
import keras
from keras import layers


class Regressor(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(32, activation="relu")
        self.out = layers.Dense(1)

    def call(self, inputs):
        return self.out(self.hidden(inputs))


class Pair(keras.Model):
    def __init__(self):
        super().__init__()
        self.flat = layers.Flatten()
        self.head = keras.Sequential([layers.Dense(8), layers.Dense(1, activation="softmax")])  # expect: SB402

    def call(self, inputs, training=None):
        x = self.flat(inputs)
        x = self.head(x)
        return x


keras.utils.set_random_seed(1)
model = Regressor()
model.compile("adam", "mean_squared_error", metrics=["accuracy"])  # expect: SB803
model.fit(x_train, y_train, epochs=2)
model = Pair()
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=2)


class Kinds(keras.Model):
    def __init__(self):
        super().__init__()
        self.scores = layers.Dense(3)

    def call(self, inputs):
        return self.scores(inputs)


model = Kinds()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])  # expect: SB404
model.fit(x_train, y_train, epochs=2)
