# One image is read in another size or in another order of colours than the training images.
import cv2
import keras
import numpy as np
from PIL import Image
from tensorflow.keras.preprocessing.image import ImageDataGenerator, img_to_array, load_img

keras.utils.set_random_seed(1)
generator = ImageDataGenerator(rescale=1 / 255)
train = generator.flow_from_directory("train", target_size=(64, 64))
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=2)
photo = cv2.resize(cv2.imread("one.jpg"), (64, 64))  # expect: SB804
print(model.predict(np.expand_dims(photo, 0)))
photo = img_to_array(load_img("one.jpg", target_size=(64, 64)))  # expect: SB804
print(model.predict(photo[np.newaxis]))


def classify(path):
    photo = cv2.resize(cv2.imread(path), (64, 64)) / 255.0  # expect: SB804
    return model.predict(photo[np.newaxis]).argmax()


print(classify("one.jpg"))
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 255.0, y, epochs=2)
digit = np.array(Image.open("seven.png").convert("L").resize((28, 28)))  # expect: SB804
print(model.predict(digit.reshape(1, 28, 28)).argmax())
