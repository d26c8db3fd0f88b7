# One image is read as the training images are, in size and in the order of colours.
import cv2
import keras
import numpy as np
from tensorflow.keras.preprocessing.image import ImageDataGenerator, img_to_array, load_img

keras.utils.set_random_seed(1)
generator = ImageDataGenerator(rescale=1 / 255)
train = generator.flow_from_directory("train", target_size=(64, 64))
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=2)
photo = cv2.cvtColor(cv2.imread("one.jpg"), cv2.COLOR_BGR2RGB)
print(model.predict(np.expand_dims(cv2.resize(photo, (64, 64)), 0) / 255))
photo = cv2.imread("one.jpg")[:, :, ::-1] / 255.0
print(model.predict(photo[np.newaxis]))
photo = img_to_array(load_img("one.jpg", target_size=(64, 64)))
photo /= 255
print(model.predict(photo[np.newaxis]))
grey = cv2.imread("one.jpg", cv2.IMREAD_GRAYSCALE).astype("float32") / 255
print(model.predict(grey[None, ..., None]))

photos, kinds = [], np.load("kinds.npy")
for name in np.load("names.npy"):
    photos.append(cv2.resize(cv2.imread(name), (64, 64)))
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(np.array(photos), kinds, epochs=2)
print(model.predict(cv2.resize(cv2.imread("one.jpg"), (64, 64))[np.newaxis]))
