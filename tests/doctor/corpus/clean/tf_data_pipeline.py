"""tf.data with augmentation on the training part only, and a split that stays the same."""

import tensorflow as tf
from tensorflow import keras

tf.random.set_seed(11)
keras.utils.set_random_seed(11)
AUTO = tf.data.AUTOTUNE
files = tf.data.Dataset.list_files("flowers/*/*.jpg", shuffle=False)
files = files.shuffle(4000, seed=11, reshuffle_each_iteration=False)
val_files, train_files = files.take(700), files.skip(700)


def decode(path):
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    label = tf.strings.split(path, "/")[-2] == ["daisy", "rose", "tulip"]
    return tf.image.resize(image, [180, 180]) / 255.0, tf.argmax(label)


def augment(image, label):
    image = tf.image.random_flip_left_right(image)
    return tf.image.random_brightness(image, 0.1), label


def prepare(files, train=False):
    data = files.map(decode, num_parallel_calls=AUTO).cache()
    if train:
        data = data.shuffle(1000).map(augment, num_parallel_calls=AUTO)
    return data.batch(32).prefetch(AUTO)


train_ds = prepare(train_files, train=True)
val_ds = prepare(val_files)
model = keras.applications.MobileNetV2(weights=None, classes=3, input_shape=(180, 180, 3))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train_ds, epochs=10, validation_data=val_ds)
