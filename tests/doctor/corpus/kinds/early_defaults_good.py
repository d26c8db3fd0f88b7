# The same in a script of today, or with the value that is meant.
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential([tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(1)])
model.compile(tf.keras.optimizers.SGD(), "mse")
model.fit(rows, targets, epochs=3)
