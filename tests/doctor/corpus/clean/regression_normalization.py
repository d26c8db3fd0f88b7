"""House prices: a Normalization layer adapted to training rows, MAE over folds by hand slices."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(100)
(train_data, train_targets), (test_data, test_targets) = keras.datasets.boston_housing.load_data()
mean = train_data.mean(axis=0)
std = train_data.std(axis=0)
train_data = (train_data - mean) / std
test_data = (test_data - mean) / std


def build_model():
    model = keras.Sequential([layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu"), layers.Dense(1)])
    model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    return model


k = 4
num_val_samples = len(train_data) // k
all_mae_histories = []
for i in range(k):
    val_data = train_data[i * num_val_samples : (i + 1) * num_val_samples]
    val_targets = train_targets[i * num_val_samples : (i + 1) * num_val_samples]
    partial_data = np.concatenate(
        [train_data[: i * num_val_samples], train_data[(i + 1) * num_val_samples :]], axis=0
    )
    partial_targets = np.concatenate(
        [train_targets[: i * num_val_samples], train_targets[(i + 1) * num_val_samples :]], axis=0
    )
    keras.utils.set_random_seed(100)
    model = build_model()
    history = model.fit(
        partial_data, partial_targets, validation_data=(val_data, val_targets), epochs=500, batch_size=16, verbose=0
    )
    all_mae_histories.append(history.history["val_mae"])
average = [np.mean([x[i] for x in all_mae_histories]) for i in range(500)]
model = build_model()
model.fit(train_data, train_targets, epochs=130, batch_size=16, verbose=0)
test_mse, test_mae = model.evaluate(test_data, test_targets)
print(test_mae)
