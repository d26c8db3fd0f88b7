# Predictions that are compared by hand, each with the label of its own row.
import keras
import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_val, y_train, y_val = train_test_split(x, y, stratify=y, random_state=0)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=3, validation_data=(x_val, y_val))
probabilities = model.predict(x_test)
print(np.mean(probabilities.round() == keras.utils.to_categorical(y_test)))
print(np.mean(probabilities == probabilities.max(axis=1, keepdims=True)))
guess = probabilities.argmax(axis=1)
print(np.mean(guess == y_test), np.mean(guess[:100] == y_test[:100]))
print(accuracy_score(y_train, model.predict(x_train).argmax(axis=1)))
print(accuracy_score(y_val, model.predict(x_val).argmax(axis=1)))
print(np.mean(guess == np.bincount(y_train).argmax()))
print(probabilities.shape == y_train.shape, len(guess) == len(y_train))
print(abs(guess - y_train.mean()).mean())

binary = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
binary.compile("adam", "binary_crossentropy", metrics=["accuracy"])
binary.fit(x_train, y_train > 4, epochs=3, validation_data=(x_val, y_val > 4))
chance = binary.predict(x_test)[:, 0]
print(sum((chance > 0.5) == (y_test > 4)) / len(y_test))
