# 2018: images in folders, fit_generator, and a report in another order than the predictions
import os

import numpy as np
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
from PIL import Image
from sklearn.metrics import confusion_matrix

draw = np.random.RandomState(1)
for part, images in (("train", 16), ("validation", 8)):
    for channel, name in enumerate(("cats", "dogs")):
        os.makedirs(os.path.join("data", part, name), exist_ok=True)
        for i in range(images):
            image = draw.randint(0, 160, (12, 12, 3)).astype("uint8")
            image[:, :, channel] += 60
            Image.fromarray(image).save(os.path.join("data", part, name, "%d.png" % i))
batch = 8
model = Sequential()
model.add(Conv2D(4, (3, 3), input_shape=(12, 12, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dropout(0.5))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
train = ImageDataGenerator(rescale=1.0 / 255, shear_range=0.2, horizontal_flip=True)
train = train.flow_from_directory("data/train", (12, 12), batch_size=batch, class_mode="binary")
held = ImageDataGenerator(rescale=1.0 / 255)
held = held.flow_from_directory("data/validation", (12, 12), batch_size=batch, class_mode="binary")
model.fit_generator(
    train, steps_per_epoch=32 // batch, epochs=2, validation_data=held, validation_steps=16 / batch
)
model.save_weights("first_try.h5")
print("accuracy:", model.evaluate_generator(held, steps=16 / batch)[1])
answers = model.predict_generator(held, 16 // batch) > 0.5
print(confusion_matrix(held.classes, answers.ravel()))
