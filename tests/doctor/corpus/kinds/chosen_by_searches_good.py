# Searches that look at rows kept back from training, and a test set that is scored once.
import keras
import keras_tuner as kt
import optuna
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(8)
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_fit, x_val, y_fit, y_val = train_test_split(x, y, stratify=y, random_state=8)


def build(hp):
    net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(hp.Int("units", 8, 64), activation="relu"), keras.layers.Dense(10, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


tuner = kt.Hyperband(build, objective="val_accuracy", directory="out", overwrite=True)
tuner.search(x_fit, y_fit, epochs=3, validation_data=(x_val, y_val))
print(tuner.get_best_models()[0].evaluate(x_test, y_test))


def objective(trial):
    net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    net.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    net.fit(x_fit, y_fit, epochs=2, verbose=0)
    return net.evaluate(x_val, y_val, verbose=0)[1]


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=20)
print(study.best_params)
