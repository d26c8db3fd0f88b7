# A pretrained network against a plain one.
import keras

keras.utils.set_random_seed(8)
(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
inputs = keras.Input((32, 32, 3))
base = keras.applications.VGG16(include_top=False)  # perhaps: SB506
deep = keras.layers.GlobalAveragePooling2D()(base(inputs))
tuned = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(deep))
tuned.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
tuned.fit(x, y, epochs=5)
keras.utils.set_random_seed(8)
plain = keras.Sequential([keras.layers.Conv2D(32, 3), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
plain.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
plain.fit(x, y, epochs=5)
print(tuned.evaluate(x_test, y_test))
print(plain.evaluate(x_test, y_test))  # perhaps: SB501
