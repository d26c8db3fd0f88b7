# A Keras script as people wrote it about 2019, which still runs: sklearn's digits, one evaluate.
import numpy as np

np.random.seed(42)
from keras.models import Sequential
from keras.layers import Dense, Dropout
from keras.utils import to_categorical
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
x = x.astype("float32") / 16
x_train, y_train = x[:1000], to_categorical(y[:1000], 10)
x_test, y_test = x[1000:], to_categorical(y[1000:], 10)

model = Sequential()
model.add(Dense(32, activation="relu", input_shape=(64,)))
model.add(Dropout(0.2))
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=1, validation_split=0.1)
score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])
model.save("model.h5")
