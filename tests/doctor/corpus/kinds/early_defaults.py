# Defaults that few versions had are told in a script that shows its age.
import tensorflow as tf
from keras.layers.normalization import BatchNormalization  # perhaps: SB701
from tensorflow.keras import optimizers

tf.set_random_seed(1)  # perhaps: SB109, SB701
model = tf.keras.Sequential([BatchNormalization(), tf.keras.layers.Dense(1)])  # perhaps: SB702
model.compile(optimizers.SGD(), "mse")  # perhaps: SB702
model.fit(rows, targets, epochs=3)
