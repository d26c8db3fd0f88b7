# Networks inside wrappers, folds and a search; NumPy's seed reaches the folds, not the networks.
import keras
import numpy as np
from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

np.random.seed(8)  # expect: SB101
rows, kinds = np.load("rows.npy"), np.load("kinds.npy")


def small(units=8):
    net = keras.Sequential([keras.layers.Dense(units, activation="relu"), keras.layers.Dense(3, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


steps = Pipeline([("scale", StandardScaler()), ("net", KerasClassifier(model=small, epochs=5))])
print(cross_val_score(steps, rows, kinds, cv=KFold(5, shuffle=True)))
search = GridSearchCV(steps, {"net__batch_size": [16, 64]}, cv=KFold(5, shuffle=True, random_state=1))
search.fit(rows, kinds)
print(search.best_score_)
