# Predictions and labels of one set in different orders, in several spellings.
import keras
import numpy as np
import tensorflow as tf
from sklearn.metrics import accuracy_score, confusion_matrix
from tensorflow.keras.preprocessing.image import ImageDataGenerator

keras.utils.set_random_seed(1)
scaled = ImageDataGenerator(rescale=1 / 255)
train = scaled.flow_from_directory("data/train", target_size=(32, 32), class_mode="binary")
valid = scaled.flow_from_directory("data/valid", target_size=(32, 32), class_mode="binary")
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=3)
guess = np.round(model.predict(valid)).astype(int).flatten()
print(confusion_matrix(valid.labels, guess))  # expect: SB801
print(np.mean(guess == valid.classes))  # expect: SB801

pictures = keras.utils.image_dataset_from_directory("data/more").map(lambda x, y: (x / 255, y))
truth = []
for _, labels in pictures:
    truth.extend(labels.numpy())
said = model.predict(pictures) > 0.5
print(accuracy_score(truth, said))  # expect: SB801

images = np.concatenate([x for x, y in pictures])
answers = np.concatenate([y for x, y in pictures])
model.evaluate(images, answers)  # expect: SB801
print((model.predict(images).round().ravel() == answers).mean())  # expect: SB801

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
fixed = tf.data.Dataset.from_tensor_slices((x_test / 255, y_test))
fixed = fixed.shuffle(10_000, seed=1, reshuffle_each_iteration=False).batch(64)
print(tf.math.confusion_matrix(y_test, model.predict(fixed).ravel()))  # expect: SB801
