# A layer of one's own as Keras 1 had it: a variable from initializations, and weights that are set.
import numpy as np
from keras import backend as K
from keras import initializations
from keras.engine.topology import Layer
from keras.layers.core import Activation, Dense
from keras.models import Sequential


class Mixed(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        self.init = initializations.get('glorot_uniform')
        super(Mixed, self).__init__(**kwargs)

    def build(self, input_shape):
        self.W = self.init((input_shape[1], self.output_dim), name='{}_W'.format(self.name))
        self.scale = initializations.one((self.output_dim,))
        self.trainable_weights = [self.W, self.scale]
        super(Mixed, self).build(input_shape)

    def call(self, x, mask=None):
        return K.dot(x, self.W) * self.scale

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], self.output_dim)


x = np.random.rand(80, 6)
y = (x.sum(axis=1) > 3).astype(int)
model = Sequential()
model.add(Mixed(8, input_shape=(6,)))
model.add(Activation('relu'))
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile('rmsprop', 'binary_crossentropy', metrics=['accuracy'])
print('weights:', len(model.trainable_weights))
model.fit(x[:60], y[:60], batch_size=16, nb_epoch=2, verbose=0)
print('test acc:', model.evaluate(x[60:], y[60:], verbose=0)[1])
