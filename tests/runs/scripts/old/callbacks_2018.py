# 2018: a session with GPU options, an F1 of K, a schedule, val_acc in a file's name, JSON and back
import numpy as np
import tensorflow as tf
from keras import backend as K
from keras.callbacks import Callback, CSVLogger, LearningRateScheduler, ModelCheckpoint, TensorBoard
from keras.layers import BatchNormalization, Dense, Dropout
from keras.layers.advanced_activations import PReLU
from keras.models import Sequential, model_from_json
from sklearn.metrics import f1_score

tf.set_random_seed(2)
config = tf.ConfigProto()
config.gpu_options.allow_growth = True
K.set_session(tf.Session(config=config))


def f1(y_true, y_pred):
    right = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
    both = K.sum(K.round(K.clip(y_true, 0, 1))) + K.sum(K.round(K.clip(y_pred, 0, 1)))
    return 2 * right / (both + K.epsilon())


class Rates(Callback):
    def on_epoch_end(self, epoch, logs={}):
        print("lr", K.get_value(self.model.optimizer.lr), "val", logs.get("val_acc"))


x = np.random.RandomState(8).randn(200, 6)
y = (x[:, :3].sum(1) > 0.8).astype("float32")
model = Sequential([Dense(8, input_shape=(6,)), PReLU(), BatchNormalization(), Dropout(0.3)])
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy", f1])
keep = ModelCheckpoint("{epoch:02d}-{val_acc:.2f}.hdf5", monitor="val_acc", save_best_only=True)
rate = LearningRateScheduler(lambda epoch: 0.01 * 0.5**epoch)
history = model.fit(
    x[:150], y[:150], epochs=2, verbose=0, validation_data=(x[150:], y[150:]),
    class_weight={0: 1.0, 1: 3.0},
    callbacks=[Rates(), keep, rate, CSVLogger("log.csv"), TensorBoard(log_dir="logs")],
)  # fmt: skip
print("best:", max(history.history["val_acc"]))
print("sklearn f1: %.4f" % f1_score(y[150:], model.predict_classes(x[150:])))
open("model.json", "w").write(model.to_json())
model.save_weights("weights.h5")
again = model_from_json(open("model.json").read())
again.load_weights("weights.h5")
print("restored:", int(np.allclose(again.predict(x[:5]), model.predict(x[:5]))))
