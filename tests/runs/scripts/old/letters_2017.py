# 2017: an LSTM that guesses the next letter, and writes a few after each epoch
import random
import sys

import numpy as np
from keras.callbacks import LambdaCallback
from keras.layers import LSTM, Activation, Dense
from keras.models import Sequential
from keras.optimizers import RMSprop

text = "ring the bells that still can ring " * 8
letters = sorted(set(text))
place = dict((c, i) for i, c in enumerate(letters))
windows = [text[i : i + 6] for i in range(0, len(text) - 6, 3)]
x = np.zeros((len(windows), 6, len(letters)), dtype=np.bool)
y = np.zeros((len(windows), len(letters)), dtype=np.bool)
for n, window in enumerate(windows):
    for t, c in enumerate(window):
        x[n, t, place[c]] = 1
    y[n, place[text[3 * n + 6]]] = 1
model = Sequential()
model.add(LSTM(8, input_shape=(6, len(letters))))
model.add(Dense(len(letters)))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer=RMSprop(lr=0.01))


def write(epoch, logs):
    start = random.randint(0, len(windows) - 1)
    guess = model.predict(x[start : start + 1].astype(np.float), verbose=0)[0]
    sys.stdout.write(letters[np.random.multinomial(1, guess * 0.999).argmax()] + "\n")


model.fit(x, y, batch_size=16, epochs=2, verbose=0, callbacks=[LambdaCallback(on_epoch_end=write)])
print("loss:", model.evaluate(x, y, verbose=0))
