# Files are divided between folders, which are then read.
import os
import random
import shutil

import keras

names = sorted(os.listdir("all/cats"))
random.shuffle(names)  # perhaps: SB204
for name in names[:800]:
    shutil.copy(os.path.join("all/cats", name), os.path.join("train/cats", name))
for name in names[800:]:
    shutil.copy(os.path.join("all/cats", name), os.path.join("test/cats", name))
keras.utils.set_random_seed(1)
train = keras.utils.image_dataset_from_directory("train", seed=1)
test = keras.utils.image_dataset_from_directory("test", shuffle=False)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=5)
print(model.evaluate(test))
