# Small convolutional net on digits, spring 2017.
import numpy as np
np.random.seed(7)
from time import clock
import keras
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Flatten, Activation
from keras.layers.convolutional import Conv2D
from keras.layers.pooling import MaxPooling2D
from keras.optimizers import Adam
from keras.utils import np_utils
from keras import backend as K
from sklearn.cross_validation import train_test_split
from sklearn.datasets import load_digits

begin = clock()
digits = load_digits()
images = digits.images.astype(np.float) / 16.
if K.image_dim_ordering() == 'th':
    images = images.reshape(-1, 1, 8, 8)
else:
    images = images.reshape(-1, 8, 8, 1)
targets = np_utils.to_categorical(digits.target, 10)
x_train, x_test, y_train, y_test = train_test_split(images, targets, test_size=0.3, random_state=3)
net = Sequential()
net.add(Conv2D(8, (3, 3), input_shape=(8, 8, 1), border_mode='same', init='he_normal'))
net.add(Activation('relu'))
net.add(MaxPooling2D(pool_size=(2, 2)))
net.add(Dropout(0.25))
net.add(Flatten())
net.add(Dense(10, activation='softmax'))
net.compile(loss='categorical_crossentropy', optimizer=Adam(lr=0.002, decay=1e-5), metrics=['accuracy'])
hist = net.fit(x_train, y_train, batch_size=32, nb_epoch=3, verbose=0, validation_data=(x_test, y_test))
print('last val', hist.history['val_acc'][-1], hist.history['acc'][-1])
guess = net.predict_classes(x_test, verbose=0)
print('right: %.4f' % np.mean(guess == y_test.argmax(axis=1)))
loss, acc = net.evaluate(x_test, y_test, verbose=0)
print('Test accuracy: {}'.format(acc), 'seconds', clock() - begin)
