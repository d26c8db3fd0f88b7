from __future__ import absolute_import, division, print_function

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras.callbacks import TensorBoard

tf.enable_eager_execution()
tf.logging.set_verbosity(tf.logging.ERROR)
K.tensorflow_backend.set_session(tf.Session())
tf.set_random_seed(1)
x = np.random.RandomState(0).rand(120, 8, 8)
y = (x.mean(axis=(1, 2)) > 0.5).astype(int)
model = keras.Sequential([keras.layers.Flatten(input_shape=(8, 8)), keras.layers.Dense(2, activation=tf.nn.softmax)])
model.compile(
    optimizer=tf.train.AdamOptimizer(),
    loss='sparse_categorical_crossentropy',
    metrics=['accuracy'],
)
history = model.fit(x[:80], y[:80], epochs=2, verbose=0, callbacks=[TensorBoard('logs', write_grads=True)])
print('train', history.history['acc'][-1])
print('test', model.evaluate(x[80:], y[80:], verbose=0))
