# Predictions that are compared by hand: as probabilities, and with the labels of other rows.
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
print(np.mean(probabilities == keras.utils.to_categorical(y_test)))  # expect: SB803
guess = probabilities.argmax(axis=1)
print(np.mean(guess == y_train[: len(guess)]))  # expect: SB801
right = 0
for said, label in zip(guess, y_test):
    right += said == label
print(right / len(y_test))
print(accuracy_score(y_val, guess))  # expect: SB801
one_hot = keras.utils.to_categorical(y_train)
print((guess != one_hot.argmax(axis=1)[:10_000]).mean())  # expect: SB801

binary = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
binary.compile("adam", "binary_crossentropy", metrics=["accuracy"])
binary.fit(x_train, y_train > 4, epochs=3, validation_data=(x_val, y_val > 4))
chance = binary.predict(x_test)[:, 0]
print(sum(chance == (y_test > 4)) / len(y_test))  # expect: SB803
