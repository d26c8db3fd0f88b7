# Changed copies of all images are written beside them, and then the folder is divided.
import os

import cv2
import keras
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)
augment = keras.src.legacy.preprocessing.image.ImageDataGenerator(rotation_range=20)
for name in sorted(os.listdir("photos/all")):
    image = cv2.imread("photos/all/" + name)[None]
    for count, _ in enumerate(augment.flow(image, seed=1, save_to_dir="photos/all")):  # expect: SB209
        if count > 4:
            break

for name in sorted(os.listdir("scans/raw")):
    picture = cv2.imread(os.path.join("scans/raw", name))
    cv2.imwrite(f"scans/big/{name}", picture)
    cv2.imwrite(f"scans/big/m_{name}", cv2.flip(picture, 1))  # perhaps: SB209

for folder in ("photos/all", "scans/big"):
    files = sorted(os.listdir(folder))
    fit_files, test_files = train_test_split(files, random_state=0)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")])  # perhaps: SB502
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(read(fit_files), label(fit_files), epochs=3)
    print(model.evaluate(read(test_files), label(test_files)))
