# 2016: Merge of two models, metrics that Keras 1 had, ELU, early stopping
import numpy as np
from keras.callbacks import EarlyStopping
from keras.layers import Activation, Dense, Merge
from keras.layers.advanced_activations import ELU
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential
from keras.regularizers import activity_l2, l1l2

np.random.seed(1)
a, b = np.random.randn(200, 5), np.random.randn(200, 3)
y = (a[:, 0] + b[:, 0] > 0.3).astype(int)
one, two = Sequential(), Sequential()
one.add(Dense(output_dim=6, input_dim=5, activity_regularizer=activity_l2(0.001)))
one.add(ELU())
two.add(Dense(output_dim=6, input_dim=3, W_regularizer=l1l2(l1=1e-4, l2=1e-4)))
two.add(BatchNormalization(mode=0, axis=1))
model = Sequential()
model.add(Merge([one, two], mode="concat"))
model.add(Dense(1, init="zero"))
model.add(Activation("sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy", "precision", "fmeasure"])
stop = EarlyStopping(monitor="val_loss", patience=2)
model.fit([a[:150], b[:150]], y[:150], nb_epoch=3, verbose=0, validation_split=0.2, callbacks=[stop])
found = model.evaluate([a[150:], b[150:]], y[150:], verbose=0)
print("F score:", found[3])
