'''Keras 1, the generator way.'''
import numpy as np
import tensorflow as tf
from keras.models import Model
from keras.layers import Input, Dense, Flatten, Convolution2D, MaxPooling2D, merge
from keras.preprocessing.image import ImageDataGenerator
from keras.callbacks import ModelCheckpoint
from keras.utils.np_utils import to_categorical
import keras.backend as K
from sklearn.datasets import load_digits

config = tf.ConfigProto()
config.gpu_options.allow_growth = True
K.set_session(tf.Session(config=config))
K.set_learning_phase(1)
tf.set_random_seed(5)
x = load_digits().images[..., None] / 16.0
y = to_categorical(load_digits().target, nb_classes=10)
n = 1200
flow = ImageDataGenerator(width_shift_range=0.1).flow(x[:n], y[:n], batch_size=48)
i = Input(shape=(8, 8, 1))
a = Convolution2D(6, 3, 3, border_mode='same', activation='relu', W_regularizer='l2')(i)
b = Convolution2D(6, 1, 1, border_mode='same', activation='relu')(i)
h = merge([a, b], mode='concat', concat_axis=3)
h = MaxPooling2D((2, 2))(h)
out = Dense(10, init='uniform', activation='softmax')(Flatten()(h))
model = Model(input=i, output=out)
model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
keep = ModelCheckpoint('w.{epoch:02d}-{val_acc:.2f}.hdf5', monitor='val_acc', save_best_only=True, save_weights_only=True)
model.fit_generator(flow, samples_per_epoch=n, nb_epoch=2, validation_data=(x[n:], y[n:]), nb_val_samples=500, callbacks=[keep], verbose=2)
import glob
best = sorted(glob.glob('w.*.hdf5'))[-1]
model.load_weights(best)
f = K.function([model.layers[0].input, K.learning_phase()], [model.layers[-2].output])
print('features', f([x[:3], 0])[0].shape[1])
print('score: %s' % model.evaluate(x[n:], y[n:], verbose=0))
