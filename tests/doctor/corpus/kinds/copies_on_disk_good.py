# Divided first; copies are made of the training images alone, into a folder of their own.
import os

import cv2
import keras
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)
fit_files, test_files = train_test_split(sorted(os.listdir("scans/raw")), random_state=0)
for name in fit_files:
    picture = cv2.imread(os.path.join("scans/raw", name))
    cv2.imwrite(f"scans/flipped/{name}", cv2.flip(picture, 1))
more = sorted(os.listdir("scans/flipped"))
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(read(fit_files + more), label(fit_files + more), epochs=3)
print(model.evaluate(read(test_files), label(test_files)))
