# The whole folder is trained on, and a subset of it is scored.
import keras

keras.utils.set_random_seed(0)
train = keras.utils.image_dataset_from_directory("images", seed=1)
held = keras.utils.image_dataset_from_directory(
    "images", validation_split=0.2, subset="validation", seed=1, shuffle=False
)
model = keras.applications.MobileNet(weights=None, classes=2)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=3)  # expect: SB210
print(model.evaluate(held))
