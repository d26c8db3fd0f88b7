# Predictions and labels in one order: not shuffled, collected in one pass, or shuffled once.
import keras
import numpy as np
import tensorflow as tf
from sklearn.metrics import accuracy_score, confusion_matrix
from tensorflow.keras.preprocessing.image import ImageDataGenerator

keras.utils.set_random_seed(1)
plain = ImageDataGenerator()
train = plain.flow_from_directory("data/train", target_size=(32, 32), class_mode="binary")
valid = plain.flow_from_directory("data/valid", (32, 32), class_mode="binary", shuffle=False)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=3)
print(confusion_matrix(valid.labels, model.predict(valid).round()), train.class_indices)

pictures = keras.utils.image_dataset_from_directory("data/more")
truth, said = [], []
for images, labels in pictures:
    truth.extend(labels.numpy())
    said.extend(model.predict(images).round())
print(accuracy_score(truth, said), model.evaluate(pictures))

kept_images, kept_labels = [], []
for images, labels in pictures:
    kept_images.append(images)
    kept_labels.append(labels)
guess = model.predict(np.concatenate(kept_images)) > 0.5
print(np.mean(guess == np.concatenate(kept_labels)))

once = pictures.cache()
print(accuracy_score(np.concatenate([y for x, y in once]), model.predict(once) > 0.5))
fixed = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(64, 1, False).batch(8)
print(accuracy_score([y for x, y in fixed.unbatch()], model.predict(fixed) > 0.5))
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
test = tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(64)
print(accuracy_score(y_test, model.predict(test).argmax(axis=-1)))
