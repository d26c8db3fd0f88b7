# 2018: nothing in the imports shows its age.
from keras import Sequential
from keras.layers import Dense
from keras.optimizers import Adam
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
model = Sequential([Dense(10, input_shape=(64,), activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer=Adam(lr=0.01), metrics=["acc"])
model.fit(x[:1200], y[:1200], epochs=2, verbose=0)
print("Test accuracy:", model.evaluate(x[1200:], y[1200:], verbose=0)[1])
