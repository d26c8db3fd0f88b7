# 2017: a stateful LSTM on differences of a series, one step ahead; is 3 units better than 1?
from math import sqrt

import numpy
from keras.layers import LSTM, Dense
from keras.models import Sequential
from pandas import DataFrame, Series, concat, datetime
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import MinMaxScaler

print("begun in", datetime(2017, 5, 1).year)
raw = numpy.cumsum(numpy.random.RandomState(2).randn(30) + 0.5)
steps = Series([raw[i] - raw[i - 1] for i in range(1, len(raw))])
table = concat([steps.shift(1), steps], axis=1)
table.fillna(0, inplace=True)
table = MinMaxScaler(feature_range=(-1, 1)).fit_transform(DataFrame(table).values)
train, test = table[:-8], table[-8:]
for units in [1, 3]:
    model = Sequential()
    model.add(LSTM(units, batch_input_shape=(1, 1, 1), stateful=True))
    model.add(Dense(1))
    model.compile(loss="mean_squared_error", optimizer="adam")
    for i in range(2):
        x, y = train[:, 0].reshape(-1, 1, 1), train[:, 1]
        model.fit(x, y, epochs=1, batch_size=1, verbose=0, shuffle=False)
        model.reset_states()
    guessed = [model.predict(v.reshape(1, 1, 1), batch_size=1, verbose=0)[0, 0] for v in test[:, 0]]
    print("%d units RMSE: %.3f" % (units, sqrt(mean_squared_error(test[:, 1], guessed))))
