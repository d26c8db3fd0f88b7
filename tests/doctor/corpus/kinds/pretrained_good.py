# The same network with its published weights and without: that is the question.
import keras

keras.utils.set_random_seed(8)
(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()


def network(weights):
    base = keras.applications.VGG16(include_top=False, weights=weights, pooling="avg")
    net = keras.Sequential([base, keras.layers.Dense(10, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


tuned = network("imagenet")
tuned.fit(x, y, epochs=5)
keras.utils.set_random_seed(8)
fresh = network(None)
fresh.fit(x, y, epochs=5)
print(tuned.evaluate(x_test, y_test))
print(fresh.evaluate(x_test, y_test))  # perhaps: SB501
