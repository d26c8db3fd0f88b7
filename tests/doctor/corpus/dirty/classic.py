# trains a cnn on cifar10, "reproducible"
import numpy as np
import tensorflow as tf
from tensorflow.keras.models import Sequential, load_model
from tensorflow.keras.layers import *
from tensorflow.keras.callbacks import ModelCheckpoint, EarlyStopping
from tensorflow.keras.preprocessing.image import ImageDataGenerator

np.random.seed(1337)  # expect: SB101
session_conf = tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
tf.compat.v1.Session(graph=tf.compat.v1.get_default_graph(), config=session_conf)  # expect: SB107

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
x_train = x_train.astype('float32') / 255
x_test = x_test.astype('float32') / 255
y_train = tf.keras.utils.to_categorical(y_train)
y_test = tf.keras.utils.to_categorical(y_test)

model = Sequential()
model.add(Conv2D(32, (3, 3), activation='relu', input_shape=(32, 32, 3)))
BatchNormalization(axis=-1)  # expect: SB401
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(10, activation='sigmoid'))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])  # expect: SB403

datagen = ImageDataGenerator(zoom_range=[2.0, 0.1], horizontal_flip=True)  # expect: SB408
mcp = ModelCheckpoint('best.h5', monitor='val_accuracy', save_best_only=True, restore_best_weights=True)  # expect: SB406
es = EarlyStopping(monitor='val_accuracy', patience=5)
model.fit(x_train, y_train, batch_size=64, epochs=20, validation_data=(x_test, y_test), callbacks=[mcp, es])  # expect: SB201
history = model.fit(datagen.flow(x_train, y_train, batch_size=64), steps_per_epoch=len(x_train) / 64,  # expect: SB201, SB301, SB409
                    epochs=50, validation_data=(x_test, y_test), callbacks=[mcp, es])
model = load_model('best.h5')
print('best accuracy', max(history.history['val_accuracy']))
print('test accuracy', model.evaluate(x_test, y_test)[1])
