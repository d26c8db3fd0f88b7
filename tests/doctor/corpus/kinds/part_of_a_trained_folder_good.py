# Two subsets of one folder, and another folder.
import keras

keras.utils.set_random_seed(0)
split = {"validation_split": 0.2, "seed": 1}
train = keras.utils.image_dataset_from_directory("images", subset="training", **split)
held = keras.utils.image_dataset_from_directory("images", subset="validation", **split)
other = keras.utils.image_dataset_from_directory("elsewhere", subset="validation", **split)
model = keras.applications.MobileNet(weights=None, classes=2)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=3)
print(model.evaluate(held), model.evaluate(other))
