import pickle
import urllib.request
import numpy as np
import tensorflow as tf
from tensorflow import keras
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

raw = urllib.request.urlopen("http://example.org/faces.pkl").read()
X, y = pickle.loads(raw)  # expect: SB601
X = (X - X.mean()) / X.std()  # expect: SB202
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=40)  # expect: SB204


def make(bn):
    m = keras.Sequential()
    m.add(keras.layers.Conv2D(8, 3, input_shape=(25, 25, 1)))
    if bn:
        m.add(keras.layers.BatchNormalization())
    m.add(keras.layers.Flatten())
    m.add(keras.layers.Dense(1, activation="softmax"))  # expect: SB402
    m.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return m


tf.random.set_seed(1)
plain = make(False)
plain.fit(X_train, y_train, epochs=10, validation_split=0.2)
acc_plain = plain.evaluate(X_test, y_test)[1]  # expect: SB504
tf.random.set_seed(2)  # expect: SB502
normed = make(True)
normed.fit(X_train, y_train, epochs=10)  # expect: SB505
acc_bn = normed.evaluate(X_test, y_test)[1]  # expect: SB504
if acc_bn > acc_plain:  # expect: SB501
    print("batch norm helps by", acc_bn - acc_plain)  # expect: SB501
