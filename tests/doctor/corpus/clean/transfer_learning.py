"""A head on a frozen base, then fine-tuning: the same model is fitted twice, and that is meant."""

import keras
import tensorflow_datasets as tfds
from keras import layers

keras.utils.set_random_seed(2)
train_ds, val_ds, test_ds = tfds.load(
    "cats_vs_dogs", split=["train[:40%]", "train[40%:50%]", "train[50%:60%]"], as_supervised=True
)
resize = layers.Resizing(150, 150)
train_ds = train_ds.map(lambda x, y: (resize(x), y)).batch(64).prefetch(2)
val_ds = val_ds.map(lambda x, y: (resize(x), y)).batch(64).prefetch(2)
test_ds = test_ds.map(lambda x, y: (resize(x), y)).batch(64).prefetch(2)

base_model = keras.applications.Xception(weights="imagenet", input_shape=(150, 150, 3), include_top=False)
base_model.trainable = False
inputs = keras.Input(shape=(150, 150, 3))
x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(1)(x)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(train_ds, epochs=2, validation_data=val_ds)

base_model.trainable = True
model.compile(keras.optimizers.Adam(1e-5), keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(train_ds, epochs=1, validation_data=val_ds)
model.evaluate(test_ds)
