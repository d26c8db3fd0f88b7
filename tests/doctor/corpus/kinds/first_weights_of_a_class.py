# Layers of a model class begin with equal weights; zeros in the last one are harmless.
import keras


class Alike(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(32, activation="relu", kernel_initializer="zeros")  # perhaps: SB410
        self.last = keras.layers.Dense(2, activation="softmax", kernel_initializer="zeros")

    def call(self, inputs):
        return self.last(self.first(inputs))


keras.utils.set_random_seed(0)
model = Alike()
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train)


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(8, activation="relu", kernel_initializer="ones")  # perhaps: SB410

    def call(self, inputs):
        return self.inner(inputs)


class Stack(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(), Block()]
        self.hidden = [keras.layers.Dense(8, kernel_initializer="zeros")]  # perhaps: SB410
        self.last = keras.layers.Dense(2, activation="softmax", kernel_initializer="zeros")

    def call(self, inputs):
        for layer in [*self.blocks, *self.hidden]:
            inputs = layer(inputs)
        return self.last(inputs)


other = Stack()
other.compile("adam", "sparse_categorical_crossentropy")
other.fit(x_train, y_train)
