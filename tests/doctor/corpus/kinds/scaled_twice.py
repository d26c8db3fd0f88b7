# Divided, and divided again by a layer of a functional model.
import keras
from keras import layers

keras.utils.set_random_seed(0)
(images, labels), (new, new_labels) = keras.datasets.cifar10.load_data()
images, new = images / 255.0, new / 255.0  # expect: SB804
inputs = keras.Input((32, 32, 3))
h = layers.Flatten()(layers.Rescaling(1 / 255.0)(inputs))
model = keras.Model(inputs, layers.Dense(10, activation="softmax")(h))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, epochs=3)
print(model.evaluate(new, new_labels))
