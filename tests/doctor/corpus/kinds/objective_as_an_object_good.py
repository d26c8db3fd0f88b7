# An objective that is an object, and scores on validation rows.
import keras
import optuna
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
(images, labels), (new, new_labels) = keras.datasets.mnist.load_data()
fit, val, fit_labels, val_labels = train_test_split(images, labels, random_state=0, stratify=labels)


class Objective:
    def __call__(self, trial):
        width = trial.suggest_int("width", 4, 64)
        net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(width, "relu")])
        net.add(keras.layers.Dense(10, activation="softmax"))
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        net.fit(fit, fit_labels, epochs=3)
        return net.evaluate(val, val_labels)[1]


study = optuna.create_study(direction="maximize")
study.optimize(Objective(), n_trials=20)
