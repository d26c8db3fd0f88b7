# The wrapper's own random_state seeds the network; the scaler stands within the pipeline.
import keras
import numpy as np
from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rows, kinds = np.load("rows.npy"), np.load("kinds.npy")


def small(units=8):
    net = keras.Sequential([keras.layers.Dense(units, activation="relu"), keras.layers.Dense(3, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


for seed in range(5):
    steps = make_pipeline(StandardScaler(), KerasClassifier(small, epochs=5, random_state=seed))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    print(cross_val_score(steps, rows, kinds, cv=folds))
