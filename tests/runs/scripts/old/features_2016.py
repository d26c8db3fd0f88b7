# 2016: features of an inner layer by K.function, an SVM on top of them
import numpy as np
from keras import backend as K
from keras.layers import Convolution1D, Dense, Dropout, Flatten, MaxPooling1D
from keras.models import Sequential
from sklearn.metrics import accuracy_score
from sklearn.svm import SVC

np.random.seed(42)
x = np.random.randn(160, 16, 1)
y = (x[:, :8, 0].mean(1) > x[:, 8:, 0].mean(1)).astype("int")
model = Sequential()
model.add(Convolution1D(nb_filter=4, filter_length=3, border_mode="same", input_shape=(16, 1)))
model.add(MaxPooling1D(pool_length=2))
model.add(Flatten())
model.add(Dropout(0.3))
model.add(Dense(8, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile("rmsprop", "binary_crossentropy")
model.fit(x[:120], y[:120], nb_epoch=2, verbose=0)
inner = K.function([model.layers[0].input, K.learning_phase()], [model.layers[4].output])
svm = SVC(gamma="auto").fit(inner([x[:120], 0])[0], y[:120])
print("SVM acc:", accuracy_score(y[120:], svm.predict(inner([x[120:], 0])[0])))
