import tensorflow as tf
from tensorflow.keras.callbacks import ModelCheckpoint, EarlyStopping
from tensorflow.keras.preprocessing.image import ImageDataGenerator
import numpy as np
from sklearn.datasets import load_digits
x = load_digits().images[..., None].astype('float32'); y = load_digits().target
xt, yt, x, y = x[:400], y[:400], x[400:], y[400:]
gen = ImageDataGenerator(rescale=1/16., rotation_range=10)
m = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(8,8,1)), tf.keras.layers.Dense(10, activation='softmax')])
m.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
m.fit(gen.flow(x, y, batch_size=32), steps_per_epoch=len(x) / 32, epochs=2, verbose=0,
      callbacks=[ModelCheckpoint('best.h5', monitor='loss', save_best_only=True, restore_best_weights=True)])
print(m.evaluate(xt / 16., yt))
