from sklearn.datasets import load_diabetes
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

x, y = load_diabetes(return_X_y=True)
model = Sequential([Dense(8, activation="relu"), Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
model.fit(x[:300], y[:300], epochs=2, verbose=0, validation_data=(x[300:], y[300:]))
print("MAE", model.evaluate(x[300:], y[300:], verbose=0)[1])
