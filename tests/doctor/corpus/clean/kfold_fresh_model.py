"""Ten folds; each builds its own model, scales with its own training rows, and sets its seed."""

import keras
import numpy as np
from keras import layers
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

data = np.loadtxt("pima.csv", delimiter=",")
x, y = data[:, :8], data[:, 8]


def build():
    model = keras.Sequential([layers.Dense(12, activation="relu"), layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


scores = []
folds = StratifiedKFold(n_splits=10, shuffle=True, random_state=7)
for fold, (train, test) in enumerate(folds.split(x, y)):
    keras.utils.set_random_seed(fold)
    scaler = StandardScaler().fit(x[train])
    model = build()
    model.fit(scaler.transform(x[train]), y[train], epochs=150, batch_size=10, verbose=0)
    _, accuracy = model.evaluate(scaler.transform(x[test]), y[test], verbose=0)
    scores.append(accuracy * 100)
    keras.backend.clear_session()
print(f"{np.mean(scores):.2f} (+/- {np.std(scores, ddof=1):.2f})")
