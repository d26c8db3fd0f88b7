"""A generator and a discriminator trained in turn by a loop of one's own."""

import keras
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(9)
latent_dim = 128
discriminator = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(64, 3, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1),
    ],
    name="discriminator",
)
generator = keras.Sequential(
    [
        keras.Input(shape=(latent_dim,)),
        layers.Dense(7 * 7 * 128),
        layers.Reshape((7, 7, 128)),
        layers.Conv2DTranspose(128, 4, strides=4, padding="same"),
        layers.Conv2D(1, 7, padding="same", activation="sigmoid"),
    ],
    name="generator",
)
d_optimizer = keras.optimizers.Adam(0.0003)
g_optimizer = keras.optimizers.Adam(0.0004)
loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)


@tf.function
def train_step(real):
    noise = tf.random.normal((tf.shape(real)[0], latent_dim))
    images = tf.concat([generator(noise), real], 0)
    labels = tf.concat([tf.ones((tf.shape(real)[0], 1)), tf.zeros((tf.shape(real)[0], 1))], 0)
    with tf.GradientTape() as tape:
        d_loss = loss_fn(labels, discriminator(images))
    grads = tape.gradient(d_loss, discriminator.trainable_weights)
    d_optimizer.apply_gradients(zip(grads, discriminator.trainable_weights))
    with tf.GradientTape() as tape:
        g_loss = loss_fn(tf.zeros((tf.shape(real)[0], 1)), discriminator(generator(noise)))
    grads = tape.gradient(g_loss, generator.trainable_weights)
    g_optimizer.apply_gradients(zip(grads, generator.trainable_weights))
    return d_loss, g_loss


(x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
digits = tf.concat([x_train, x_test], 0)
digits = tf.cast(digits, "float32")[..., None] / 255.0
data = tf.data.Dataset.from_tensor_slices(digits).shuffle(1024).batch(64)
for epoch in range(20):
    for step, batch in enumerate(data):
        d_loss, g_loss = train_step(batch)
        if step % 100 == 0:
            print(epoch, step, float(d_loss), float(g_loss))
