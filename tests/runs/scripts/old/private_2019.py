# 2019: imports from tensorflow.python.keras, both seeds, one thread
import numpy as np
import tensorflow as tf
from tensorflow.python.keras import backend as K
from tensorflow.python.keras.callbacks import EarlyStopping
from tensorflow.python.keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D
from tensorflow.python.keras.models import Sequential
from tensorflow.python.keras.optimizers import Adam
from tensorflow.python.keras.utils import to_categorical

tf.logging.set_verbosity(tf.logging.ERROR)
np.random.seed(123)
tf.set_random_seed(123)
config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
K.set_session(tf.Session(graph=tf.get_default_graph(), config=config))
draw = np.random.RandomState(4)
kind = draw.randint(0, 3, 150)
x = draw.rand(150, 10, 10, 1)
x[np.arange(150), kind * 3] += 0.25
y = to_categorical(kind)
model = Sequential([Conv2D(4, 3, activation="relu", input_shape=(10, 10, 1)), MaxPool2D()])
for layer in (Flatten(), Dropout(0.4), Dense(3, activation="softmax")):
    model.add(layer)
model.compile(Adam(lr=0.005), "categorical_crossentropy", ["accuracy"])
stop = EarlyStopping("val_loss", patience=3)
history = model.fit(x[:110], y[:110], epochs=2, validation_split=0.2, verbose=0, callbacks=[stop])
print("val", history.history["val_acc"][-1])
print("acc", model.evaluate(x[110:], y[110:], verbose=0)[1])
