# 2018: modules, tables and files as they were called then
import h5py
import keras
import numpy as np
import pandas as pd
from keras import losses, metrics
from keras.backend.tensorflow_backend import set_session  # noqa: F401
from keras.initializers import RandomNormal
from keras.layers import Activation, Dense
from keras.layers.merge import Dot  # noqa: F401
from keras.models import Sequential
from keras.utils.generic_utils import get_custom_objects
from keras.utils.io_utils import HDF5Matrix
from keras.utils.layer_utils import print_summary
from keras.utils.training_utils import multi_gpu_model  # noqa: F401
from sklearn.cross_validation import StratifiedKFold, train_test_split
from sklearn.externals import joblib
from sklearn.preprocessing import Imputer

get_custom_objects().update({"swish": Activation(lambda x: x * keras.backend.sigmoid(x))})
table = pd.DataFrame(np.random.RandomState(0).randn(120, 5), columns=list("abcde"))
table.loc[3, "a"] = np.NaN
x = Imputer(missing_values="NaN", strategy="mean", axis=0).fit_transform(table.as_matrix())
y = (table.ix[:, "b"] > 0).astype(np.int)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=0)
with h5py.File("rows.h5", "w") as file:
    file["x"], file["y"] = x_train, np.asarray(y_train)
model = Sequential()
model.add(Dense(8, input_shape=(5,), kernel_initializer=RandomNormal(stddev=0.1)))
model.add(Activation("swish"))
model.add(Dense(1, activation="sigmoid"))
nadam = keras.optimizers.Nadam(lr=0.01)
model.compile(loss=losses.binary_crossentropy, optimizer=nadam, metrics=[metrics.binary_accuracy])
model.fit(HDF5Matrix("rows.h5", "x"), HDF5Matrix("rows.h5", "y"), epochs=2, shuffle="batch", verbose=0)
print_summary(model)
found = model.evaluate(x_test, y_test, verbose=0)
print("%s: %.2f%%" % (model.metrics_names[1], found[1] * 100))
joblib.dump(y_test, "y.pkl")
print("folds:", len(list(StratifiedKFold(np.asarray(y), n_folds=3, shuffle=True, random_state=1))))
