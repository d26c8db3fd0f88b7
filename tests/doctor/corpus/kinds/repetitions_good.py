# Seeded in each pass; or one model for all passes, which are epochs.
import keras

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()


def fresh():
    made = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made


for iteration in range(5):
    keras.utils.set_random_seed(iteration)
    model = fresh()
    model.fit(x / 255.0, y, epochs=2)
    print("train", model.evaluate(x / 255.0, y)[1], "test", model.evaluate(x_test / 255.0, y_test)[1])

keras.utils.set_random_seed(9)
model = fresh()
for step in range(20):
    model.fit(x / 255.0, y, epochs=1)
    print(model.evaluate(x_test / 255.0, y_test)[1])
