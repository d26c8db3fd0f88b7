# Searches that look at the test set: a tuner's validation data, a study's objective.
import keras
import keras_tuner as kt
import optuna

keras.utils.set_random_seed(8)
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()


def build(hp):
    net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(hp.Int("units", 8, 64), activation="relu"), keras.layers.Dense(10, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


tuner = kt.Hyperband(build, objective="val_accuracy", directory="out")  # perhaps: SB306
tuner.search(x, y, epochs=3, validation_data=(x_test, y_test))  # expect: SB201
print(tuner.get_best_models()[0].evaluate(x_test, y_test))


def objective(trial):
    net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    net.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    net.fit(x, y, epochs=2, verbose=0)
    loss, accuracy = net.evaluate(x_test, y_test, verbose=0)  # expect: SB201
    return accuracy


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=20)
print(study.best_value)
