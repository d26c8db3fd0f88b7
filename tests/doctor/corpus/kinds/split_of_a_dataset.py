# Shuffled once, but from another order in each run; and a list of files that is shuffled anew.
import keras
import tensorflow as tf

images, labels = load_images()
data = tf.data.Dataset.from_tensor_slices((images, labels))
data = data.shuffle(1000, reshuffle_each_iteration=False)  # expect: SB204
test, train = data.take(200).batch(32), data.skip(200).batch(32)
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=5)
print(model.evaluate(test))
files = tf.data.Dataset.list_files("photos/*/*.png", seed=1)  # expect: SB207
held = files.take(100).map(read_image).batch(32)
rest = files.skip(100).map(read_image).batch(32)
model.fit(rest, epochs=5)  # perhaps: SB301
print(model.evaluate(held))
