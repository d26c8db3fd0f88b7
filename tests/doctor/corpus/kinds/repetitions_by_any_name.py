# Each pass builds a model: that is a repetition, whatever counts the passes.
import keras

keras.utils.set_random_seed(1)  # expect: SB103
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


def fresh():
    made = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made


for step in range(5):
    print(f"Round {step + 1}")
    model = fresh()
    model.fit(x / 255.0, y, epochs=2)
    print(model.evaluate(x_test / 255.0, y_test))

passes = 0
while passes < 3:
    passes += 1
    model = fresh()
    model.fit(x / 255.0, y, epochs=2)
    print(model.evaluate(x_test / 255.0, y_test)[1])
