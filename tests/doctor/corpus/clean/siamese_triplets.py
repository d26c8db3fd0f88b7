"""A siamese network: one embedding is called three times, a custom train step holds the loss."""

import keras
import tensorflow as tf
from keras import Model, layers, metrics, ops, optimizers
from keras.applications import resnet

keras.utils.set_random_seed(42)
target_shape = (200, 200)
base_cnn = resnet.ResNet50(weights="imagenet", input_shape=target_shape + (3,), include_top=False)
flatten = layers.Flatten()(base_cnn.output)
dense = layers.Dense(512, activation="relu")(flatten)
dense = layers.BatchNormalization()(dense)
embedding = Model(base_cnn.input, layers.Dense(256)(dense), name="Embedding")
trainable = False
for layer in base_cnn.layers:
    if layer.name == "conv5_block1_out":
        trainable = True
    layer.trainable = trainable


class Distance(layers.Layer):
    def call(self, anchor, positive, negative):
        return (
            ops.sum(ops.square(anchor - positive), -1),
            ops.sum(ops.square(anchor - negative), -1),
        )


anchor_input = layers.Input(name="anchor", shape=target_shape + (3,))
positive_input = layers.Input(name="positive", shape=target_shape + (3,))
negative_input = layers.Input(name="negative", shape=target_shape + (3,))
distances = Distance()(
    embedding(resnet.preprocess_input(anchor_input)),
    embedding(resnet.preprocess_input(positive_input)),
    embedding(resnet.preprocess_input(negative_input)),
)
siamese_network = Model(inputs=[anchor_input, positive_input, negative_input], outputs=distances)


class SiameseModel(Model):
    def __init__(self, siamese_network, margin=0.5):
        super().__init__()
        self.siamese_network = siamese_network
        self.margin = margin
        self.loss_tracker = metrics.Mean(name="loss")

    def call(self, inputs):
        return self.siamese_network(inputs)

    def train_step(self, data):
        with tf.GradientTape() as tape:
            near, far = self.siamese_network(data)
            loss = ops.maximum(near - far + self.margin, 0.0)
        gradients = tape.gradient(loss, self.siamese_network.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.siamese_network.trainable_weights))
        self.loss_tracker.update_state(loss)
        return {"loss": self.loss_tracker.result()}


def triplets(folder):
    paths = sorted(str(p) for p in __import__("pathlib").Path(folder).glob("*.jpg"))
    return tf.data.Dataset.from_tensor_slices(paths)


dataset = tf.data.Dataset.zip((triplets("left"), triplets("right"), triplets("other")))
dataset = dataset.shuffle(buffer_size=1024, seed=42, reshuffle_each_iteration=False)
train_dataset = dataset.take(4800).batch(32).prefetch(8)
val_dataset = dataset.skip(4800).batch(32).prefetch(8)
siamese_model = SiameseModel(siamese_network)
siamese_model.compile(optimizer=optimizers.Adam(0.0001))
siamese_model.fit(train_dataset, epochs=10, validation_data=val_dataset)
