# 2018: imports that Keras 3 has given up.
import numpy as np
from keras.models import Sequential
from keras.layers.core import Dense, Dropout
from keras.utils import np_utils
from keras.optimizers import Adam

model = Sequential([Dense(10, input_dim=64)])
model.compile(loss="mse", optimizer=Adam(lr=0.001))
model.fit_generator(None)
