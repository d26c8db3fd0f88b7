# 2016: a variational autoencoder, whose loss uses two inner layers beside its arguments
import numpy as np
from keras import backend as K
from keras import objectives
from keras.layers import Dense, Input, Lambda
from keras.models import Model

x = Input(batch_shape=(20, 8))
h = Dense(6, activation="relu")(x)
mean, spread = Dense(2)(h), Dense(2)(h)


def draw(two):
    return two[0] + K.exp(two[1] / 2) * K.random_normal(shape=(20, 2), mean=0.0)


z = Lambda(draw, output_shape=(2,))([mean, spread])
again = Dense(8, activation="sigmoid")(Dense(6, activation="relu")(z))


def loss(x, again):
    kl = -0.5 * K.sum(1 + spread - K.square(mean) - K.exp(spread), axis=-1)
    return 8 * objectives.binary_crossentropy(x, again) + kl


model = Model(x, again)
model.compile(optimizer="rmsprop", loss=loss)
rows = np.random.RandomState(0).rand(120, 8) ** 2
model.fit(rows[:100], rows[:100], nb_epoch=2, batch_size=20, verbose=0)
print("val loss", model.evaluate(rows[100:], rows[100:], batch_size=20, verbose=0))
