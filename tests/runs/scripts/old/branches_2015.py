# Keras 1: two branches, channels first, pictures by scipy.
import os
from scipy.misc import imread, imresize, imsave
import numpy as np
from sklearn.datasets import load_digits
from sklearn.cross_validation import StratifiedKFold
from keras.models import Sequential
from keras.layers.core import Dense, Flatten, Merge, MaxoutDense
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.normalization import BatchNormalization
from keras.optimizers import SGD
from keras import backend as K
from keras.regularizers import l2

K.set_image_dim_ordering('th')
digits = load_digits()
if not os.path.isdir('png'):
    os.mkdir('png')
for n in xrange(400):
    imsave('png/%03d.png' % n, digits.images[n])
x = np.array([imresize(imread('png/%03d.png' % n), (12, 12)) for n in xrange(400)])
x = x.reshape(-1, 1, 12, 12).astype('float32') / 255
y = digits.target[:400]
folds = StratifiedKFold(y, n_folds=2, shuffle=True, random_state=1)
for train, test in folds:
    left = Sequential()
    left.add(Convolution2D(4, 3, 3, border_mode='same', dim_ordering='th', input_shape=(1, 12, 12)))
    left.add(MaxPooling2D((2, 2), dim_ordering='th'))
    left.add(Flatten())
    right = Sequential([Flatten(input_shape=(1, 12, 12)), MaxoutDense(8, nb_feature=2)])
    model = Sequential()
    model.add(Merge([left, right], mode='concat'))
    model.add(BatchNormalization(mode=0))
    model.add(Dense(output_dim=10, W_regularizer=l2(1e-4), activation='softmax'))
    model.compile(SGD(lr=0.1, momentum=0.9, decay=1e-4, nesterov=True), 'sparse_categorical_crossentropy', metrics=['accuracy'])
    model.fit([x[train], x[train]], y[train], nb_epoch=2, batch_size=25, verbose=0)
    print('fold', model.evaluate([x[test], x[test]], y[test], verbose=0))
