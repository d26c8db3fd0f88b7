"""How often the doctor is sure of a fault where there is none, on varied scripts without one.

    python -m benchmarks.doctor_clean_scripts [--scripts 240]

Each script is put together from pieces that are right by themselves and with each other: where
the data come from, how they are divided, scaled and fed, the network, what chooses the epoch, how
the result is scored. The source of the Keras that is installed is read as well.
"""

import argparse
import importlib.util
import random
from collections import Counter
from pathlib import Path

from seedbed.doctor.examine import examine

SEEDS = (
    "keras.utils.set_random_seed(7)",
    "SEED = 1234\nkeras.utils.set_random_seed(SEED)",
    "import os\nimport random\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\nrandom.seed(3)\n"
    "np.random.seed(3)\ntf.random.set_seed(3)",
    "def fix_seeds(seed):\n    random.seed(seed)\n    np.random.seed(seed)\n"
    "    tf.random.set_seed(seed)\n\nimport random\nfix_seeds(11)",
)
DATA = {
    "images": (
        "(x_all, y_all), (x_test, y_test) = keras.datasets.mnist.load_data()\n"
        "x_all, x_test = x_all[..., None], x_test[..., None]",
        "(x_all, y_all), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()",
        "with np.load('digits.npz') as f:\n    x_all, y_all = f['x_train'], f['y_train']\n"
        "    x_test, y_test = f['x_test'], f['y_test']",
        "x, y = np.load('x.npy'), np.load('y.npy')\n"
        "x_all, x_test, y_all, y_test = train_test_split(\n"
        "    x, y, test_size=0.2, random_state=5, stratify=y)",
        "names = sorted(os.listdir('photos'))\norder = np.random.permutation(len(names))\n"
        "cut = int(0.8 * len(names))\n"
        "x_all = read_images([names[i] for i in order[:cut]])\n"
        "y_all = read_labels([names[i] for i in order[:cut]])\n"
        "x_test = read_images([names[i] for i in order[cut:]])\n"
        "y_test = read_labels([names[i] for i in order[cut:]])",
    ),
    "table": (
        "table = pd.read_csv('clients.csv')\ntrain, test = train_test_split(\n"
        "    table, test_size=0.25, random_state=1, stratify=table['kind'])\n"
        "x_all, y_all = train.drop(columns='kind').values, train['kind'].values\n"
        "x_test, y_test = test.drop(columns='kind').values, test['kind'].values",
        "x, y = load_breast_cancer(return_X_y=True)\n"
        "x_all, x_test, y_all, y_test = train_test_split(x, y, random_state=9, stratify=y)",
        "train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')\n"
        "y_all, y_test = train.pop('kind').values, test.pop('kind').values\n"
        "x_all, x_test = train.values, test.values",
        "table = pd.read_csv('clients.csv').dropna()\n"
        "test = table.sample(frac=0.2, random_state=4)\ntrain = table.drop(test.index)\n"
        "x_all, y_all = train[['age', 'fee']].values, train.kind.values\n"
        "x_test, y_test = test[['age', 'fee']].values, test.kind.values",
        "rows = load_rows()\nrng = np.random.default_rng(8)\nmask = rng.random(len(rows)) < 0.8\n"
        "x_all, y_all = rows[mask][:, :-1], rows[mask][:, -1]\n"
        "x_test, y_test = rows[~mask][:, :-1], rows[~mask][:, -1]",
    ),
}
VALIDATION = (
    "x_fit, x_val, y_fit, y_val = train_test_split(\n"
    "    x_all, y_all, test_size=0.1, random_state=2, stratify=y_all)",
    "x_fit, x_val, y_fit, y_val = x_all[1000:], x_all[:1000], y_all[1000:], y_all[:1000]",
    "held = np.random.RandomState(0).permutation(len(x_all))\n"
    "x_fit, y_fit = x_all[held[500:]], y_all[held[500:]]\n"
    "x_val, y_val = x_all[held[:500]], y_all[held[:500]]",
)
SCALE = {
    "images": (
        "x_fit, x_val, x_test = (a.astype('float32') / 255 for a in (x_fit, x_val, x_test))",
        "def to_unit(a):\n    return a.astype('float32') / 255.0\n\n"
        "x_fit, x_val, x_test = to_unit(x_fit), to_unit(x_val), to_unit(x_test)",
        "x_fit = x_fit / 255.0\nx_val = x_val / 255.0\nx_test = x_test / 255.0\n"
        "mean, std = x_fit.mean(), x_fit.std()\n"
        "x_fit, x_val, x_test = (x_fit - mean) / std, (x_val - mean) / std, (x_test - mean) / std",
        "",
    ),
    "table": (
        "scaler = StandardScaler().fit(x_fit)\n"
        "x_fit, x_val, x_test = map(scaler.transform, (x_fit, x_val, x_test))",
        "scaler = MinMaxScaler()\nx_fit = scaler.fit_transform(x_fit)\n"
        "x_val, x_test = scaler.transform(x_val), scaler.transform(x_test)",
        "fill = SimpleImputer().fit(x_fit)\nx_fit, x_val = fill.transform(x_fit), "
        "fill.transform(x_val)\nx_test = fill.transform(x_test)",
        "mean, std = x_fit.mean(axis=0), x_fit.std(axis=0)\nx_fit = (x_fit - mean) / std\n"
        "x_val = (x_val - mean) / std\nx_test = (x_test - mean) / std",
        "chosen = SelectKBest(k=5).fit(x_fit, y_fit)\n"
        "x_fit, x_val, x_test = (chosen.transform(a) for a in (x_fit, x_val, x_test))",
    ),
}
NETWORK = {
    "images": (
        "model = keras.Sequential([\n    layers.Conv2D(16, 3, activation='relu'),\n"
        "    layers.MaxPooling2D(),\n    layers.Flatten(),\n    layers.Dropout(0.3),\n"
        "    layers.Dense(10, activation='softmax'),\n])",
        "inputs = keras.Input(shape=x_fit.shape[1:])\n"
        "h = layers.Conv2D(16, 3, padding='same', use_bias=False)(inputs)\n"
        "h = layers.BatchNormalization()(h)\nh = layers.Activation('relu')(h)\n"
        "h = layers.GlobalAveragePooling2D()(h)\n"
        "model = keras.Model(inputs, layers.Dense(10, activation='softmax')(h))",
        "def make():\n    net = keras.Sequential(name='net')\n"
        "    for width in (16, 32):\n"
        "        net.add(layers.Conv2D(width, 3, activation='relu'))\n"
        "    net.add(layers.Flatten())\n    net.add(layers.Dense(10, activation='softmax'))\n"
        "    return net\n\nmodel = make()",
        "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.flat = layers.Flatten()\n        self.hidden = layers.Dense(64, 'relu')\n"
        "        self.out = layers.Dense(10, 'softmax')\n\n    def call(self, x):\n"
        "        return self.out(self.hidden(self.flat(x)))\n\nmodel = Net()",
    ),
    "table": (
        "model = keras.Sequential([layers.Dense(32, activation='relu'), "
        "layers.Dense(10, activation='softmax')])",
        "model = keras.Sequential()\nmodel.add(layers.Input((x_fit.shape[1],)))\n"
        "model.add(layers.Dense(32, activation='relu', kernel_initializer='he_normal'))\n"
        "model.add(layers.Dropout(0.2))\nmodel.add(layers.Dense(10, activation='softmax'))",
        "inputs = layers.Input((x_fit.shape[1],))\n"
        "a = layers.Dense(16, activation='relu')(inputs)\n"
        "b = layers.Dense(16, activation='tanh')(inputs)\n"
        "model = keras.Model(inputs, layers.Dense(10, activation='softmax')("
        "layers.concatenate([a, b])))",
    ),
}
COMPILE = (
    "model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])",
    "model.compile(\n    optimizer=keras.optimizers.Adam(learning_rate=1e-3),\n"
    "    loss=keras.losses.SparseCategoricalCrossentropy(),\n"
    "    metrics=[keras.metrics.SparseCategoricalAccuracy(name='accuracy')])",
    "schedule = keras.optimizers.schedules.CosineDecay(0.1, 1000)\n"
    "model.compile(keras.optimizers.SGD(schedule, momentum=0.9), "
    "'sparse_categorical_crossentropy', metrics=['accuracy'])",
)
TRAIN = (
    "model.fit(x_fit, y_fit, epochs=10, batch_size=64)",
    "stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)\n"
    "model.fit(x_fit, y_fit, epochs=50, validation_data=(x_val, y_val), callbacks=[stop])",
    "best = keras.callbacks.ModelCheckpoint('b.keras', monitor='val_accuracy', "
    "save_best_only=True)\nmodel.fit(x_fit, y_fit, epochs=20, validation_data=(x_val, y_val), "
    "callbacks=[best])\nmodel = keras.models.load_model('b.keras')",
    "data = tf.data.Dataset.from_tensor_slices((x_fit, y_fit)).shuffle(5000).batch(32)\n"
    "unseen = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(32)\n"
    "model.fit(data.prefetch(2), epochs=10, validation_data=unseen)",
    "slower = keras.callbacks.ReduceLROnPlateau(monitor='val_loss', patience=2)\n"
    "history = model.fit(x_fit, y_fit, validation_data=(x_val, y_val), epochs=15, "
    "callbacks=[slower])\nplt.plot(history.history['val_accuracy'])",
)
SCORE = (
    "print(model.evaluate(x_test, y_test))",
    "loss, accuracy = model.evaluate(x_test, y_test, verbose=0)\nprint(f'{accuracy:.4f}')",
    "predicted = model.predict(x_test).argmax(axis=1)\n"
    "print(classification_report(y_test, predicted))",
    "predicted = np.argmax(model.predict(x_test), axis=-1)\n"
    "print((predicted == y_test).mean(), confusion_matrix(y_test, predicted))",
    "held_out = tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(64)\n"
    "labels = np.concatenate([y for _, y in held_out])\n"
    "print(accuracy_score(labels, model.predict(held_out).argmax(1)))",
)
OTHERS = (
    "forest = RandomForestClassifier(random_state=0).fit(x_fit, y_fit)\n"
    "print(forest.score(x_test, y_test))",
    "search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), {'svc__C': [1, 10]}, cv=5)\n"
    "search.fit(x_fit, y_fit)\nprint(search.score(x_test, y_test))",
    "booster = XGBClassifier(n_estimators=50, random_state=1)\n"
    "booster.fit(x_fit, y_fit, eval_set=[(x_val, y_val)])\nprint(booster.score(x_test, y_test))",
    "print(cross_val_score(make_pipeline(SimpleImputer(), PCA(5), LogisticRegression()), "
    "x_all, y_all, cv=StratifiedKFold(5, shuffle=True, random_state=0)).mean())",
    "def objective(trial):\n    net = LGBMClassifier(num_leaves=trial.suggest_int('n', 8, 64))\n"
    "    net.fit(x_fit, y_fit)\n    return accuracy_score(y_val, net.predict(x_val))\n\n"
    "study = optuna.create_study(direction='maximize')\nstudy.optimize(objective, n_trials=20)\n"
    "final = LGBMClassifier(**study.best_params).fit(x_fit, y_fit)\n"
    "print(final.score(x_test, y_test))",
)
HEAD = """import os
import keras
import matplotlib.pyplot as plt
import numpy as np
import optuna
import pandas as pd
import tensorflow as tf
from keras import layers
from lightgbm import LGBMClassifier
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix
from sklearn.model_selection import (
    GridSearchCV, StratifiedKFold, cross_val_score, train_test_split)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier
"""


def clean_script(number: int) -> str:
    """Put one script together.

    Args:
        number: Which; each has its own pieces.

    Returns:
        Its text: as it runs from top to bottom, in a ``main``, or repeated with a seed each.
    """
    rng = random.Random(number)  # noqa: S311  (not for secrets)
    kind = rng.choice(("images", "table"))
    seed = rng.choice(SEEDS)
    data = "\n".join((rng.choice(DATA[kind]), rng.choice(VALIDATION), rng.choice(SCALE[kind])))
    training = "\n".join(
        (rng.choice(NETWORK[kind]), rng.choice(COMPILE), rng.choice(TRAIN), rng.choice(SCORE))
    )
    parts = [training] if kind == "images" or rng.random() < 0.6 else [rng.choice(OTHERS)]
    shape = rng.choice(("plain", "main", "repeated"))
    if shape == "plain":
        return "\n".join((HEAD, seed, data, *parts)) + "\n"
    if shape == "main":
        body = _indented("\n".join((data, *parts)))
        return (
            f'{HEAD}\n{seed}\n\n\ndef main():\n{body}\n\n\nif __name__ == "__main__":\n    main()\n'
        )
    seeded = "keras.utils.set_random_seed(run)"
    body = _indented("\n".join((seeded, *parts)))
    return f"{HEAD}\n{seed}\n{data}\nfor run in range(5):\n{body}\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.split("\n"))


def main() -> None:
    """Print what is found, by rule."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scripts", type=int, default=240)
    count: int = parser.parse_args().scripts
    places = {Path(f"clean_{n}.py"): clean_script(n).encode() for n in range(count)}
    findings = examine(list(places), None, places).findings
    certain = [finding for finding in findings if finding.certainty == "is"]
    print(f"{count} clean scripts: {len(certain)} certain findings")
    for finding in certain:
        print(finding.where, finding.code, finding.message)
    print("may be:", dict(Counter(f.code for f in findings if f.certainty == "may be")))
    spec = importlib.util.find_spec("keras")
    if spec is not None and spec.submodule_search_locations:
        report = examine([Path(spec.submodule_search_locations[0]) / "src"])
        certain = [finding for finding in report.findings if finding.certainty == "is"]
        print(f"Keras' own source: {report.read} files, {len(certain)} certain findings")


if __name__ == "__main__":
    main()
