# An objective of Optuna that is an object, and scores on the test set.
import keras
import optuna

keras.utils.set_random_seed(0)
(images, labels), (new, new_labels) = keras.datasets.mnist.load_data()


class Objective:
    def __call__(self, trial):
        width = trial.suggest_int("width", 4, 64)
        net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(width, "relu")])
        net.add(keras.layers.Dense(10, activation="softmax"))
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        net.fit(images, labels, epochs=3)
        return net.evaluate(new, new_labels)[1]  # expect: SB201


study = optuna.create_study(direction="maximize")
study.optimize(Objective(), n_trials=20)
