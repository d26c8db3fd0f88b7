from __future__ import print_function

import numpy as np
from keras.layers import Activation, Convolution1D, Convolution3D, Dense, Embedding, Flatten
from keras.layers import MaxPooling1D, MaxPooling3D, Merge, Reshape
from keras.models import Sequential
from keras.utils.visualize_util import plot
from sklearn.preprocessing import OneHotEncoder

np.random.seed(5)
rooms = np.random.rand(40, 4, 4, 4, 1)
words = np.random.randint(0, 9, (40, 6))
kinds = np.column_stack([words[:, 0], rooms[:, 0, 0, 0, 0]])
kinds = OneHotEncoder(categorical_features=[0]).fit_transform(kinds).toarray()
labels = (kinds[:, -1] > 0.5).astype(int)

rows = Sequential()
rows.add(
    Convolution3D(2, kernel_dim1=3, kernel_dim2=3, kernel_dim3=3, border_mode='same', input_shape=(4, 4, 4, 1))
)
rows.add(MaxPooling3D(pool_size=(2, 2, 2)))
rows.add(Reshape((8, 2)))
rows.add(Convolution1D(nb_filter=2, filter_length=3, subsample_length=1))
rows.add(MaxPooling1D(pool_length=2))
rows.add(Flatten())
text = Sequential()
text.add(Embedding(9, 3, input_length=6, dropout=0.2))
text.add(Flatten())
model = Sequential()
model.add(Merge([rows, text], mode='concat'))
model.add(Dense(2, init='uniform'))
model.add(Activation('softmax'))
model.compile(loss='sparse_categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.fit([rooms, words], labels, nb_epoch=1, verbose=0)
plot(model, to_file='model.png')
print('accuracy:', np.mean(model.predict([rooms, words]).argmax(1) == labels))
