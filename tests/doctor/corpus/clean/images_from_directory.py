"""Cats and dogs from folders: two subsets with one seed, augmentation layers in the model."""

import keras
from keras import layers

keras.utils.set_random_seed(1337)
image_size, batch_size = (180, 180), 64
train_ds = keras.utils.image_dataset_from_directory(
    "PetImages", validation_split=0.2, subset="training", seed=1337, image_size=image_size,
    batch_size=batch_size,
)
val_ds = keras.utils.image_dataset_from_directory(
    "PetImages", validation_split=0.2, subset="validation", seed=1337, image_size=image_size,
    batch_size=batch_size,
)
steps = [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)]


def augmented(images):
    for layer in steps:
        images = layer(images)
    return images


train_ds = train_ds.map(lambda images, labels: (augmented(images), labels)).prefetch(2)
val_ds = val_ds.prefetch(2)


def make_model(input_shape, num_classes):
    inputs = keras.Input(shape=input_shape)
    x = layers.Rescaling(1.0 / 255)(inputs)
    x = layers.Conv2D(128, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    previous = x
    for size in [256, 512]:
        x = layers.SeparableConv2D(size, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        residual = layers.Conv2D(size, 1, strides=2, padding="same")(previous)
        x = layers.add([x, residual])
        previous = x
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.25)(x)
    if num_classes == 2:
        units = 1
    else:
        units = num_classes
    outputs = layers.Dense(units, activation=None)(x)
    return keras.Model(inputs, outputs)


model = make_model(image_size + (3,), 2)
model.compile(
    optimizer=keras.optimizers.Adam(3e-4),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(name="acc")],
)
model.fit(
    train_ds,
    epochs=25,
    callbacks=[keras.callbacks.ModelCheckpoint("save_at_{epoch}.keras")],
    validation_data=val_ds,
)
image = keras.utils.img_to_array(keras.utils.load_img("PetImages/Cat/6779.jpg", target_size=image_size))
print(float(keras.ops.sigmoid(model.predict(keras.ops.expand_dims(image, 0))[0][0])))
