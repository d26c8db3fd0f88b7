# 2017: a Siamese network, its distance as a Lambda, a contrastive loss of K
import numpy as np
from keras import backend as K
from keras.layers import Dense, Dropout, Input, Lambda
from keras.models import Model, Sequential
from keras.optimizers import RMSprop

draw = np.random.RandomState(0)
kinds = draw.rand(4, 10)
of = draw.randint(0, 4, 160)
x = kinds[of] + draw.normal(0, 0.2, (160, 10))
a, b = x[:80], x[80:]
alike = (of[:80] == of[80:]).astype("float32")


def distance(pair):
    return K.sqrt(K.maximum(K.sum(K.square(pair[0] - pair[1]), axis=1, keepdims=True), K.epsilon()))


def contrastive(y_true, y_pred):
    return K.mean(y_true * K.square(y_pred) + (1 - y_true) * K.square(K.maximum(1 - y_pred, 0)))


def accuracy(y_true, y_pred):
    return K.mean(K.equal(y_true, K.cast(y_pred < 0.5, y_true.dtype)))


base = Sequential([Dense(8, activation="relu", input_dim=10), Dropout(0.1), Dense(4)])
one, two = Input(shape=(10,)), Input(shape=(10,))
apart = Lambda(distance, output_shape=lambda s: (s[0][0], 1))([base(one), base(two)])
model = Model([one, two], apart)
model.compile(loss=contrastive, optimizer=RMSprop(), metrics=[accuracy])
model.fit([a[:60], b[:60]], alike[:60], batch_size=16, epochs=2, verbose=0)
right = (model.predict([a[60:], b[60:]], verbose=0).ravel() < 0.5) == alike[60:]
print("* Accuracy on test set: %0.2f%%" % (100 * right.mean()))
