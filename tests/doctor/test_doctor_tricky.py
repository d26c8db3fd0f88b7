"""Cases where a plain reader of lines would be wrong: what must not be claimed, and what must."""

from collections.abc import Callable

import pytest

Ask = Callable[..., dict[str, str]]

NET = """
import keras
from keras import layers
def build():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""
SEEDED = NET + "keras.utils.set_random_seed(1)\n"
TRAIN = "model = build()\nmodel.fit(x_train, y_train, epochs=5)\n"

# (rule, expected certainty or "" for no finding, script)
CASES = [
    # --- seeds ---
    ("SB101", "", NET + "import numpy as np\nnp.random.seed(1)\nkeras.utils.set_random_seed(1)\n" + TRAIN),
    ("SB101", "", NET + "import numpy as np\nimport torch\nnp.random.seed(1)\ntorch.manual_seed(1)\n" + TRAIN),
    ("SB101", "", NET + "import numpy as np\nnp.random.seed(1)\nprint('no training here')\n"),
    ("SB101", "is", NET + "from numpy.random import seed\nseed(1)\n" + TRAIN),
    ("SB101", "is", NET + "import numpy, random\ndef fix(s):\n    numpy.random.seed(s)\n    random.seed(s)\nfix(3)\n" + TRAIN),
    ("SB101", "may be", NET + "import numpy as np\nimport my_helpers\nnp.random.seed(1)\n" + TRAIN),
    ("SB101", "", NET + "import numpy as np\nfrom tensorflow import set_random_seed\nnp.random.seed(1)\nset_random_seed(2)\n" + TRAIN),
    ("SB102", "", NET + "def seed_all(s):\n    keras.utils.set_random_seed(s)\nseed_all(1)\n" + TRAIN),
    ("SB102", "", NET + "import helpers\nhelpers.seed_everything(1)\n" + TRAIN),
    ("SB102", "", NET + "import argparse\na = argparse.ArgumentParser().parse_args()\nif a.seed is not None:\n    keras.utils.set_random_seed(a.seed)\n" + TRAIN),
    ("SB102", "", NET + "def train(x, y):\n    model = build()\n    model.fit(x, y, epochs=3)\n"),
    ("SB102", "", "from sklearn.ensemble import RandomForestClassifier\nRandomForestClassifier().fit(x, y)\n"),
    ("SB102", "is", NET + "def main():\n    model = build()\n    model.fit(x, y)\nif __name__ == '__main__':\n    main()\n"),
    ("SB102", "is", NET + "model = build()\nopt = keras.optimizers.Adam()\nfor x, y in data:\n    opt.apply_gradients(step(x))\n"),
    ("SB103", "", NET + "for run in range(5):\n    keras.utils.set_random_seed(run)\n    model = build()\n    model.fit(x, y, epochs=5)\n"),
    ("SB103", "", SEEDED + "model = build()\nfor epoch in range(5):\n    model.fit(x, y, epochs=1)\n"),
    ("SB103", "", NET + "def once(seed):\n    keras.utils.set_random_seed(seed)\n    model = build()\n    model.fit(x, y, epochs=4)\nkeras.utils.set_random_seed(0)\nfor seed in range(4):\n    once(seed)\n"),
    ("SB103", "may be", SEEDED + "from sklearn.model_selection import KFold\nfor a, b in KFold(5).split(x):\n    model = build()\n    model.fit(x[a], y[a], epochs=5)\n"),
    ("SB103", "is", SEEDED + "scores = [build().fit(x, y, epochs=3) for run in range(4)]\n"),
    ("SB104", "", SEEDED + "import tensorflow as tf\nimport os\nos.environ['CUDA_VISIBLE_DEVICES'] = '-1'\n" + TRAIN),
    ("SB104", "", SEEDED + "import tensorflow as tf\nimport os\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\nwith tf.device('/GPU:0'):\n    model = build()\n    model.fit(x, y)\n"),
    ("SB104", "may be", SEEDED + "import tensorflow as tf\nfor gpu in tf.config.list_physical_devices('GPU'):\n    tf.config.experimental.set_memory_growth(gpu, True)\n" + TRAIN),
    ("SB105", "", NET + "keras.utils.set_random_seed(1)\nmodel = build()\nkeras.utils.set_random_seed(2)\nmodel.fit(x, y)\n"),
    ("SB105", "", NET + "model = keras.models.load_model('m.keras')\nkeras.utils.set_random_seed(2)\nmodel.fit(x, y)\n"),
    ("SB105", "may be", "import keras\nfrom keras import layers\nmodel = keras.Sequential([layers.Dense(3)])\nkeras.utils.set_random_seed(2)\nmodel.fit(x, y)\n"),
    ("SB106", "", NET + "import time\nstart = time.time()\nkeras.utils.set_random_seed(3)\n" + TRAIN + "print(time.time() - start)\n"),
    ("SB106", "may be", NET + "import time\nimport sys\ns = int(sys.argv[1]) if len(sys.argv) > 1 else int(time.time())\nkeras.utils.set_random_seed(s)\n" + TRAIN),
    ("SB106", "is", "import numpy as np\nnp.random.seed()\n"),
    ("SB106", "is", "import random, os\nrandom.seed(os.getpid() + 1)\n"),
    ("SB107", "", "import tensorflow as tf\nfrom keras import backend as K\nconfig = tf.compat.v1.ConfigProto()\nK.set_session(tf.compat.v1.Session(config=config))\n"),
    ("SB107", "", "import tensorflow as tf\nwith tf.compat.v1.Session() as s:\n    s.run(op)\n"),
    ("SB107", "", "import tensorflow as tf\ntf.compat.v1.InteractiveSession()\n"),
    ("SB107", "is", "import tensorflow as tf\nconfig = tf.ConfigProto()\nconfig.gpu_options.allow_growth = True\nsess = tf.Session(config=config)\n"),
    # --- leaks ---
    ("SB201", "", SEEDED + "from sklearn.model_selection import train_test_split\na, x_val, c, y_val = train_test_split(x_train, y_train, random_state=0)\nmodel = build()\nmodel.fit(a, c, validation_data=(x_val, y_val), callbacks=[keras.callbacks.EarlyStopping(restore_best_weights=True)])\nmodel.evaluate(x_test, y_test)\n"),
    ("SB201", "", SEEDED + "model = build()\nmodel.fit(x_train, y_train, validation_data=(x_test, y_test))\nmodel.evaluate(x_test, y_test)\n"),
    ("SB201", "", SEEDED + "model = build()\nmodel.fit(x_train, y_train, validation_data=(x_test, y_test), callbacks=[keras.callbacks.EarlyStopping('loss')])\nmodel.evaluate(x_test, y_test)\n"),
    ("SB201", "", SEEDED + "model = build()\nmodel.fit(x_train, y_train, validation_data=(x_test, y_test), callbacks=[keras.callbacks.ModelCheckpoint('m.keras')])\nmodel.evaluate(x_test, y_test)\n"),
    ("SB201", "may be", SEEDED + "model = build()\nmodel.fit(x_train, y_train, validation_data=(x_test, y_test), callbacks=[keras.callbacks.ModelCheckpoint('m.keras', save_best_only=True)])\nmodel.evaluate(x_test, y_test)\n"),
    ("SB201", "may be", SEEDED + "model = build()\nmodel.fit(x_train, y_train, validation_data=(x_val, y_val), callbacks=[keras.callbacks.EarlyStopping()])\nmodel.evaluate(x_val, y_val)\n"),
    ("SB201", "", SEEDED + "x_val, y_val = x_test[:5000], y_test[:5000]\nmodel = build()\nmodel.fit(x_train, y_train, validation_data=(x_val, y_val), callbacks=[keras.callbacks.EarlyStopping()])\nmodel.evaluate(x_test[5000:], y_test[5000:])\n"),
    ("SB201", "is", SEEDED + "def go(data, cbs):\n    model = build()\n    model.fit(x_train, y_train, validation_data=data, callbacks=cbs)\n    return model\nbacks = []\nbacks.append(keras.callbacks.EarlyStopping())\ntest = (x_test, y_test)\nm = go(test, backs)\nm.evaluate(x_test, y_test)\n"),
    ("SB201", "is", SEEDED + "train, test = load()\nmodel = build()\nmodel.fit(train.batch(8), validation_data=test.batch(32), callbacks=[keras.callbacks.ReduceLROnPlateau()])\nmodel.evaluate(test.batch(64))\n"),
    ("SB202", "", "from sklearn.preprocessing import LabelEncoder\nfrom sklearn.model_selection import train_test_split\n" + SEEDED + "y = LabelEncoder().fit_transform(names)\na, b, c, d = train_test_split(x, y, random_state=0)\nmodel = build()\nmodel.fit(a, c)\nmodel.evaluate(b, d)\n"),
    ("SB202", "is", "from sklearn.decomposition import PCA\nfrom sklearn.model_selection import train_test_split\n" + SEEDED + "p = PCA(5)\np.fit(x)\na, b, c, d = train_test_split(x, y, random_state=0)\nmodel = build()\nmodel.fit(p.transform(a), c)\nmodel.evaluate(p.transform(b), d)\n"),
    ("SB202", "is", "import numpy as np\nfrom sklearn.preprocessing import StandardScaler\n" + SEEDED + "(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()\ns = StandardScaler().fit(np.concatenate((x_train, x_test)))\n"),
    ("SB202", "is", SEEDED + "(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()\nx_test = (x_test - x_test.mean()) / x_test.std()\n"),
    ("SB202", "", SEEDED + "(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()\nm, s = x_train.mean(), x_train.std()\nx_train = (x_train - m) / s\nx_test = (x_test - m) / s\nmodel = build()\nmodel.fit(x_train, y_train)\nmodel.evaluate(x_test, y_test)\n"),
    ("SB203", "", SEEDED + "from tensorflow.keras.preprocessing.image import ImageDataGenerator\ng = ImageDataGenerator(rescale=1/255, validation_split=0.2)\nmodel = build()\nmodel.fit(g.flow_from_directory('d', subset='training'), validation_data=g.flow_from_directory('d', subset='validation'))\n"),
    ("SB203", "is", SEEDED + "import tensorflow as tf\ndef load(x, y, augment):\n    ds = tf.data.Dataset.from_tensor_slices((x, y))\n    if augment:\n        ds = ds.map(lambda a, b: (tf.image.random_flip_left_right(a), b))\n    return ds.batch(8)\nmodel = build()\nmodel.fit(load(x_train, y_train, True), validation_data=load(x_test, y_test, True))\n"),
    ("SB203", "", SEEDED + "import tensorflow as tf\ndef load(x, y, augment):\n    ds = tf.data.Dataset.from_tensor_slices((x, y))\n    if augment:\n        ds = ds.map(lambda a, b: (tf.image.random_flip_left_right(a), b))\n    return ds.batch(8)\nmodel = build()\nmodel.fit(load(x_train, y_train, True), validation_data=load(x_test, y_test, False))\n"),
    ("SB204", "", "import numpy as np\nfrom sklearn.model_selection import train_test_split\nnp.random.seed(3)\na, b = train_test_split(x)\n"),
    ("SB204", "", "from sklearn.model_selection import train_test_split\na, b = train_test_split(x, shuffle=False)\n"),
    ("SB204", "may be", "from sklearn.model_selection import train_test_split\ndef cut(x):\n    return train_test_split(x)\n"),
    ("SB204", "is", "import keras\na = keras.utils.image_dataset_from_directory('d', subset='training', validation_split=.2, seed=1)\nb = keras.utils.image_dataset_from_directory('d', subset='validation', validation_split=.2, seed=2)\n"),
    ("SB205", "", SEEDED + "from sklearn.model_selection import train_test_split\na, b = train_test_split(x, random_state=1)\n" + TRAIN),
    ("SB206", "", "from sklearn.model_selection import train_test_split\nw = []\nfor i in range(0, len(s), 50):\n    w.append(s[i:i+50])\na, b = train_test_split(w, random_state=0)\n"),
    ("SB206", "", "from sklearn.model_selection import train_test_split\nw = []\nfor i in range(len(s)):\n    w.append(s[i:i+50])\na, b = train_test_split(w, shuffle=False)\n"),
    ("SB206", "may be", "from sklearn.model_selection import train_test_split\na, b = train_test_split(frame, random_state=0)\nprint(frame['patient_id'].nunique())\n"),
    ("SB206", "", "from sklearn.model_selection import GroupShuffleSplit\na, b = next(GroupShuffleSplit(random_state=0).split(x, y, groups=frame['patient_id']))\n"),
    ("SB207", "", "import tensorflow as tf\nds = tf.data.Dataset.range(9).shuffle(9).cache()\na, b = ds.take(3), ds.skip(3)\n"),
    ("SB207", "", "import tensorflow as tf\nds = tf.data.Dataset.range(9)\na, b = ds.take(3).shuffle(9), ds.skip(3).shuffle(9)\n"),
    # --- state ---
    ("SB301", "", SEEDED + "model = build()\nmodel.fit(x, y, epochs=5)\nmodel = build()\nmodel.fit(x, y, epochs=5)\n"),
    ("SB301", "", SEEDED + "import sys\nmodel = build()\nif sys.argv[1:]:\n    model.fit(x, y, epochs=5)\nelse:\n    model.fit(x, y, epochs=50)\n"),
    ("SB301", "", SEEDED + "import sys\ndef go(short):\n    model = build()\n    if short:\n        model.fit(x, y, epochs=5)\n        return model\n    model.fit(x, y, epochs=50)\n    return model\ngo(sys.argv[1])\n"),
    ("SB301", "", SEEDED + "model = build()\nw = model.get_weights()\nmodel.fit(x, y, epochs=5)\nmodel.set_weights(w)\nmodel.fit(x, y, epochs=5)\n"),
    ("SB301", "", SEEDED + "model = build()\nmodel.fit(x, y, epochs=5)\nmodel.fit(x, y, epochs=10, initial_epoch=5)\n"),
    ("SB301", "may be", SEEDED + "model = build()\nmodel.fit(a, b, epochs=5)\nmodel.fit(c, d, epochs=5)\n"),
    ("SB301", "may be", SEEDED + "model = build()\nmodel.fit(x, y, epochs=5)\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y, epochs=5)\n"),
    ("SB301", "may be", SEEDED + "import sys\nmodel = build()\nif sys.argv[1:]:\n    model.fit(x, y, epochs=5)\nmodel.fit(x, y, epochs=5)\n"),
    ("SB301", "is", SEEDED + "def train(m):\n    m.fit(x, y, epochs=5)\nmodel = build()\ntrain(model)\nmodel.fit(x, y, epochs=9)\n"),
    ("SB302", "", SEEDED + "for fold in range(5):\n    model = build()\n    model.fit(x[fold], y[fold], epochs=5)\n"),
    ("SB302", "", SEEDED + "model = None\nfor fold in range(5):\n    model = build()\n    model.fit(x[fold], y[fold], epochs=5)\n"),
    ("SB302", "", SEEDED + "model = build()\nfor i in range(100):\n    model.fit(x, y, epochs=1, shuffle=False)\n    model.reset_states()\n"),
    ("SB302", "", SEEDED + "model = build()\nmodel.save_weights('w.h5')\nfor fold in range(5):\n    model.load_weights('w.h5')\n    model.fit(x[fold], y[fold], epochs=5)\n"),
    ("SB302", "", SEEDED + "base = build()\nfor fold in range(5):\n    model = keras.models.clone_model(base)\n    model.compile('adam', 'mse')\n    model.fit(x[fold], y[fold], epochs=5)\n"),
    ("SB302", "", SEEDED + "for model in [build(), build()]:\n    model.fit(x, y, epochs=5)\n"),
    ("SB302", "", SEEDED + "models = {'a': build(), 'b': build()}\nfor fold, (name, model) in enumerate(models.items()):\n    model.fit(x, y, epochs=5)\n"),
    ("SB302", "", SEEDED + "from sklearn.model_selection import KFold\nfrom sklearn.svm import SVC\nclf = SVC()\nfor a, b in KFold(3).split(x):\n    clf.fit(x[a], y[a])\n"),
    ("SB302", "may be", SEEDED + "model = build()\nfor i in range(5):\n    model.fit(x, y, epochs=10)\n"),
    ("SB302", "is", SEEDED + "def evaluate(model):\n    for run in range(5):\n        model.fit(x, y, epochs=5)\nevaluate(build())\n"),
    ("SB303", "", SEEDED + "model = build()\nmodel.fit(x, y)\nkeras.backend.clear_session()\nmodel = build()\nmodel.fit(x, y)\n"),
    ("SB303", "", SEEDED + "keras.backend.clear_session()\nmodel = build()\nmodel.fit(x, y)\n"),
    ("SB303", "is", SEEDED + "from tensorflow.keras import backend as K\nmodel = build()\nmodel.fit(x, y)\nK.clear_session()\nmodel.fit(x, y)\n"),
    ("SB304", "", SEEDED + "model = build()\nmodel.fit(x, y)\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\nmodel.evaluate(x_test, y_test)\n"),
    ("SB304", "", SEEDED + "m = keras.models.load_model('m.keras', compile=False)\nm.compile('adam', 'mse')\nm.evaluate(x, y)\n"),
    ("SB304", "may be", SEEDED + "model = build()\nmodel.fit(x, y)\nmodel.compile('sgd', 'sparse_categorical_crossentropy')\nmodel.evaluate(x_test, y_test)\n"),
    ("SB305", "", SEEDED + "model = build()\nh = model.fit(x, y, validation_split=.1)\na = h.history['val_accuracy']\nprint(a.index(max(a)))\nmodel.evaluate(x_test, y_test)\n"),
    ("SB305", "", SEEDED + "model = build()\nh = model.fit(x, y, validation_split=.1, callbacks=[keras.callbacks.EarlyStopping(restore_best_weights=True)])\nprint(max(h.history['val_accuracy']))\nmodel.evaluate(x_test, y_test)\n"),
    ("SB305", "is", SEEDED + "model = build()\nh = model.fit(x, y, validation_split=.1, callbacks=[keras.callbacks.EarlyStopping(restore_best_weights=True)])\nprint(f\"{h.history['val_accuracy'][-1]:.3f}\")\nmodel.evaluate(x_test, y_test)\n"),
    ("SB305", "may be", SEEDED + "model = build()\nh = model.fit(x, y, validation_split=.1)\nprint(max(h.history['val_accuracy']))\n"),
    # --- graph ---
    ("SB401", "", "from keras import layers, Input, Model\ni = Input((4,))\nx = layers.Dense(3)(i)\nx = layers.BatchNormalization()(x)\nm = Model(i, x)\n"),
    ("SB401", "", "from keras import layers\nnorm = layers.BatchNormalization()\ndef block(x):\n    return norm(x)\n"),
    ("SB401", "", "from keras import layers, Sequential\nparts = [layers.Dense(3), layers.BatchNormalization()]\nm = Sequential(parts)\n"),
    ("SB401", "", "from keras import layers\nlayer = layers.Dense(3)\nlayer.build((None, 4))\n"),
    ("SB401", "", "from keras import layers\nlayer = layers.Dense(3)\nlayer(some_batch)\nprint(layer.weights)\n"),
    ("SB401", "is", "from keras import layers, Input, Model\ni = Input((4,))\nx = layers.Dense(3)(i)\nlayers.BatchNormalization()(x)\nm = Model(i, x)\n"),
    ("SB401", "is", "from keras import layers\ndef build():\n    drop = layers.Dropout(0.5)\n    return layers.Dense(3)\n"),
    ("SB401", "may be", "import keras\nclass Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.d = keras.layers.Dense(3)\n        self.norm = keras.layers.BatchNormalization()\n    def call(self, x):\n        return self.d(x)\nnet = Net()\n"),
    ("SB402", "is", "from keras import Sequential, layers\nm = Sequential()\nm.add(layers.Dense(1))\nm.add(layers.Activation('softmax'))\nm.compile('adam', 'binary_crossentropy')\n"),
    ("SB402", "", "from keras import layers\nn = 2\nx = layers.Dense(n, activation='softmax')\n"),
    ("SB403", "", "from keras import Sequential, layers\nm = Sequential([layers.Dense(5, activation='sigmoid')])\nm.compile('adam', 'binary_crossentropy')\n"),
    ("SB403", "may be", "from keras import Sequential, layers\nm = Sequential([layers.Dense(2, activation='softmax')])\nm.compile('adam', 'binary_crossentropy')\n"),
    ("SB403", "", "import sys\nfrom keras import Sequential, layers\nm = Sequential([layers.Dense(5, activation='sigmoid')])\nif sys.argv:\n    m.add(layers.Dense(5, activation='softmax'))\nm.compile('adam', 'categorical_crossentropy')\n"),
    ("SB404", "", "from keras import Sequential, layers\nm = Sequential([layers.Dense(5)])\nm.add(layers.Softmax())\nm.compile('adam', 'categorical_crossentropy')\n"),
    ("SB404", "", "from keras import Sequential, layers\nm = Sequential([layers.Dense(1)])\nm.compile('adam', 'mse')\n"),
    ("SB404", "may be", "import keras\nfrom keras import Sequential, layers\nm = Sequential([layers.Dense(5, activation='softmax')])\nm.compile('adam', keras.losses.CategoricalCrossentropy(from_logits=True))\n"),
    ("SB404", "", "import keras\nfrom keras import layers\ni = keras.Input((4,))\nx = layers.Dense(3)(i)\no = keras.ops.softmax(x)\nm = keras.Model(i, o)\nm.compile('adam', 'sparse_categorical_crossentropy')\n"),
    ("SB405", "", SEEDED + "model = build()\nmodel.fit(x, y, validation_split=.1, callbacks=[keras.callbacks.EarlyStopping(), keras.callbacks.ModelCheckpoint('m.keras', save_best_only=True)])\nmodel = keras.models.load_model('m.keras')\nmodel.evaluate(x_test, y_test)\n"),
    ("SB405", "may be", SEEDED + "model = build()\nmodel.fit(x, y, validation_split=.1, callbacks=[keras.callbacks.EarlyStopping(patience=3)])\n"),
    ("SB405", "", SEEDED + "import sys\nflag = bool(sys.argv[1:])\nmodel = build()\nmodel.fit(x, y, validation_split=.1, callbacks=[keras.callbacks.EarlyStopping(patience=3, restore_best_weights=flag)])\nmodel.evaluate(x_test, y_test)\n"),
    ("SB406", "is", "from keras.callbacks import EarlyStopping\nEarlyStopping(save_best_only=True)\n"),
    ("SB407", "", SEEDED + "model = build()\nmodel.fit(windows, target, shuffle=False)\nprint(look_back)\n"),
    ("SB407", "may be", SEEDED + "model = build()\nmodel.fit(x_train, y_train, shuffle=False)\n"),
    ("SB407", "", SEEDED + "model = build()\ng = keras.utils.image_dataset_from_directory('d', shuffle=False)\nmodel.evaluate(g)\n"),
    ("SB407", "is", SEEDED + "model = build()\ng = keras.utils.image_dataset_from_directory('d', shuffle=False)\nmodel.fit(g)\n"),
    ("SB408", "", "from tensorflow.keras.preprocessing.image import ImageDataGenerator\nImageDataGenerator(zoom_range=0.2, rotation_range=20, brightness_range=(0.8, 1.2), rescale=1/255)\n"),
    ("SB408", "is", "from keras import layers\nx = layers.RandomRotation(20)\nprint(x)\n"),
    ("SB409", "", SEEDED + "import math\nmodel = build()\nmodel.fit(g, steps_per_epoch=math.ceil(n / 32))\nmodel.fit(g, steps_per_epoch=int(n / 32))\n"),
    ("SB409", "may be", SEEDED + "import numpy as np\nmodel = build()\nmodel.fit(g, steps_per_epoch=np.ceil(n / 32))\n"),
    # --- comparison ---
    ("SB501", "", SEEDED + "model = build()\nbefore = model.evaluate(x, y)[1]\nmodel.fit(a, b)\nafter = model.evaluate(x, y)[1]\nif after > before:\n    print('learned')\n"),
    ("SB501", "may be", SEEDED + "a = build()\na.fit(x, y)\nb = build()\nb.fit(x, y)\nprint(a.evaluate(x_test, y_test), b.evaluate(x_test, y_test))\n"),
    ("SB503", "", SEEDED + "model = build()\nbest = 0\nfor epoch in range(9):\n    model.fit(x, y, epochs=1)\n    acc = model.evaluate(x_val, y_val)[1]\n    if acc > best:\n        best = acc\n        model.save('b.keras')\n"),
    ("SB503", "may be", NET + "scores = []\nfor rate in [0.1, 0.01]:\n    keras.utils.set_random_seed(1)\n    m = build()\n    m.fit(x, y, epochs=3)\n    scores.append(m.evaluate(x_test, y_test)[1])\nprint(max(scores))\n"),
    ("SB504", "", SEEDED + "model = build()\nmodel.fit(x, y)\nmodel.predict(x_test[:5])\nmodel.evaluate(x_test[:5000], y_test[:5000])\n"),
    ("SB504", "is", SEEDED + "from sklearn.datasets import load_iris\nfrom sklearn.model_selection import train_test_split\nd = load_iris()\na, b, c, e = train_test_split(d.data, d.target, test_size=.2, random_state=0, stratify=d.target)\nmodel = build()\nmodel.fit(a, c)\nmodel.evaluate(b, e)\n"),
    ("SB505", "", SEEDED + "for n in [100, 200]:\n    keras.utils.set_random_seed(1)\n    m = build()\n    m.fit(x[:n], y[:n], epochs=3)\n    m.evaluate(x_test, y_test)\n"),
    # --- safety and history ---
    ("SB601", "", "import pickle\npickle.dump(x, open('cache.pkl', 'wb'))\ny = pickle.load(open('cache.pkl', 'rb'))\n"),
    ("SB601", "may be", "import pickle\nwith open('data.pkl', 'rb') as f:\n    d = pickle.load(f)\n"),
    ("SB601", "is", "import keras, joblib\np = keras.utils.get_file('a.pkl', 'https://example.org/a.pkl')\nm = joblib.load(p)\n"),
    ("SB701", "", "from tensorflow.keras.preprocessing.image import ImageDataGenerator\nfrom keras.models import Sequential\nfrom keras.layers import Dense, Convolution2D\n"),
    ("SB701", "may be", "from tensorflow.python.keras.layers.core import Dense\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected", "text"), CASES, ids=[f"{case[0]}-{i}" for i, case in enumerate(CASES)]
)
def test_case(code: str, expected: str, text: str, codes: Ask) -> None:
    assert codes(text).get(code, "") == expected


def test_names_are_followed_through_imports(codes: Ask) -> None:
    helper = NET + "def prepare():\n    keras.utils.set_random_seed(4)\n"
    script = "from helper import build, prepare\nprepare()\nm = build()\nm.fit(x, y)\nm.fit(x, y, epochs=3)\n"
    found = codes(script, helper=helper)
    assert "SB102" not in found
    assert found["SB301"] == "may be"  # one of the two has a single epoch
    longer = script.replace("m.fit(x, y)\n", "m.fit(x, y, epochs=2)\n")
    assert codes(longer, helper=helper)["SB301"] == "is"


def test_without_the_helper_less_is_certain(codes: Ask) -> None:
    script = "from helper import build\nm = build()\nm.fit(x, y, epochs=2)\n"
    assert codes(script)["SB102"] == "may be"


def test_seeds_set_while_importing_a_given_file_count(codes: Ask) -> None:
    script = "import helper\nm = helper.build()\nm.fit(x, y)\n"
    assert "SB102" not in codes(script, helper=SEEDED)


def test_a_reader_is_not_caught_by_recursion_or_generators(codes: Ask) -> None:
    text = (
        SEEDED
        + "def f(n):\n    return f(n - 1) if n else 0\nf(3)\ndef g():\n    while True:\n        yield x\nmodel = build()\nmodel.fit(g(), steps_per_epoch=3)\n"
    )
    assert {code for code, kind in codes(text).items() if kind == "is"} == set()
