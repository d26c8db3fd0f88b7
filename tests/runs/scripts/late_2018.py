# Starts, and fails where an argument is gone.
from keras import Sequential
from keras.layers import Dense
from keras.optimizers import Adam

model = Sequential([Dense(10, input_shape=(64,))])
model.compile(loss="mse", optimizer=Adam(lr=0.001))
