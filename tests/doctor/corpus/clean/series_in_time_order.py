"""A forecast: scaled with the training years, windows cut after the split in time, no shuffling."""

import keras
import numpy as np
import pandas as pd
from keras.layers import LSTM, Dense
from keras.models import Sequential
from sklearn.preprocessing import MinMaxScaler

keras.utils.set_random_seed(7)
series = pd.read_csv("passengers.csv", usecols=[1]).values.astype("float32")
cut = int(len(series) * 0.67)
train, test = series[:cut], series[cut:]
scaler = MinMaxScaler(feature_range=(0, 1))
train = scaler.fit_transform(train)
test = scaler.transform(test)


def create_dataset(data, look_back=1):
    xs, ys = [], []
    for i in range(len(data) - look_back - 1):
        xs.append(data[i : (i + look_back), 0])
        ys.append(data[i + look_back, 0])
    return np.array(xs), np.array(ys)


look_back = 3
trainX, trainY = create_dataset(train, look_back)
testX, testY = create_dataset(test, look_back)
trainX = np.reshape(trainX, (trainX.shape[0], look_back, 1))
testX = np.reshape(testX, (testX.shape[0], look_back, 1))
model = Sequential()
model.add(LSTM(4, batch_input_shape=(1, look_back, 1), stateful=True))
model.add(Dense(1))
model.compile(loss="mean_squared_error", optimizer="adam")
for i in range(100):
    model.fit(trainX, trainY, epochs=1, batch_size=1, verbose=2, shuffle=False)
    model.reset_states()
print(model.evaluate(testX, testY, batch_size=1))
