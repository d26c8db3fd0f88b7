# 2017: a layer of one's own from keras.engine.topology; does attention beat the mean?
import numpy as np
from keras import backend as K
from keras import initializers
from keras.engine.topology import Layer
from keras.layers import LSTM, Bidirectional, Dense, GlobalAveragePooling1D, Input, TimeDistributed
from keras.legacy import interfaces  # noqa: F401
from keras.models import Model
from keras.objectives import binary_crossentropy


class Attention(Layer):
    def build(self, shape):
        start = initializers.get("glorot_uniform")
        self.w = self.add_weight((shape[-1], 1), initializer=start, name="{}_w".format(self.name))
        self.b = self.add_weight((shape[1],), initializer="zero", name="{}_b".format(self.name))
        self.built = True

    def call(self, x, mask=None):
        weight = K.exp(K.tanh(K.squeeze(K.dot(x, self.w), -1) + self.b))
        weight /= K.cast(K.sum(weight, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        return K.sum(x * K.expand_dims(weight), axis=1)

    def compute_output_shape(self, shape):
        return shape[0], shape[-1]


x = np.random.RandomState(21).randn(120, 5, 3)
y = (x[:, 2, 0] > 0).astype(int)
found = {}
for pool in ("attention", "mean"):
    first = Input(shape=(5, 3))
    h = TimeDistributed(Dense(4))(Bidirectional(LSTM(3, return_sequences=True))(first))
    h = Attention()(h) if pool == "attention" else GlobalAveragePooling1D()(h)
    model = Model(inputs=first, outputs=Dense(1, activation="sigmoid")(h))
    model.compile(loss=binary_crossentropy, optimizer="adam", metrics=["acc"])
    model.fit(x[:80], y[:80], epochs=2, verbose=0)
    found[pool] = model.evaluate(x[80:], y[80:], verbose=0)[1]
print("attention acc: {0:.3f}, mean acc: {1:.3f}".format(found["attention"], found["mean"]))
