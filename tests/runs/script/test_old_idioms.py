"""Idioms of 2016 to 2019: shared optimisers, moved names, losses of TensorFlow 1."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

Start = Callable[[str, str], tuple["Future[Outcome]", RunFolder]]


@pytest.fixture
def start(pool: LocalPool, store_path: Path, tmp_path: Path) -> Start:
    """Starts a script, given as text, in a folder of its own."""

    def begin(text: str, name: str) -> Any:
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.py").write_text(text)
        given = {"folder": str(tmp_path / name), "script": "train.py", "keep_seeds": True}
        folder = folder_of("script", store_path, given)
        task = pool.submit(in_store, str(store_path), run_cell, "script", given, folder)
        return task, RunFolder(Path(folder))

    return begin


OLD = """
from collections import Iterable
from pandas import datetime
import numpy as np
import tensorflow as tf
from keras.engine.topology import Layer
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam

class Scale(Layer):
    def build(self, shape):
        self.w = self.add_weight((int(shape[-1]),), 'one', '{}_w'.format(self.name))
        self.built = True
    def call(self, x):
        return x * self.w

x = np.random.RandomState(0).rand(64, 3)
y = x.sum(axis=1)
shared = Adam(0.01)
critic = Sequential([Dense(4, input_dim=3), Scale(), Dense(1)])
critic.compile(optimizer=shared, loss='mse')
both = Sequential([Dense(3, input_dim=3), critic])
both.compile(optimizer=shared, loss='mse')
critic.train_on_batch(x, y)
print('loss of both:', both.train_on_batch(x, y))
critic.fit(x, y, nb_epoch=3, verbose=0)

step = tf.train.get_or_create_global_step()
w = tf.Variable([1.0])
with tf.GradientTape() as tape:
    loss = tf.losses.mean_squared_error(labels=[2.0], predictions=w)
tf.train.GradientDescentOptimizer(0.25).apply_gradients([(tape.gradient(loss, w), w)], step)
print('step:', int(step.numpy()), 'weight:', float(w.numpy()[0]))
print('kept:', float(tf.reduce_mean(tf.ones([2, 3]), keep_dims=True).shape[1]))
print('year:', datetime(2018, 5, 1).year, 'list:', int(isinstance([], Iterable)))
"""
ROWS = """
import keras
import numpy as np
import tensorflow as tf
keras.utils.set_random_seed(3)
x = np.random.RandomState(0).rand(96, 4).astype('float32')
y = (x[:, 0] > .5).astype('int32')
data = tf.data.Dataset.from_tensor_slices((x[:64], y[:64])).shuffle(64).batch(16)
held = tf.data.Dataset.from_tensor_slices((x[64:], y[64:])).batch(8)

def batches():
    while True:
        for first in range(0, 64, 16):
            yield x[first:first + 16], y[first:first + 16]

class Rows(keras.utils.PyDataset):
    def __len__(self):
        return 4
    def __getitem__(self, n):
        return x[n * 8:n * 8 + 8], y[n * 8:n * 8 + 8]

m = keras.Sequential([keras.layers.Dense(8, 'relu'), keras.layers.Dense(1, 'sigmoid')])
m.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
m.fit(data, epochs=2, verbose=0, validation_data=held)
gen = batches()
m.fit(gen, steps_per_epoch=4, epochs=1, verbose=0)
print('next:', int(next(gen)[0][0, 0] == x[0, 0]))
m.evaluate(held, verbose=0)
m.evaluate(Rows(), verbose=0)
m.predict(held.map(lambda a, b: a), verbose=0)
"""
GRAPHS = """
import numpy as np
from keras import backend as K
from keras import objectives
from keras.layers import Dense, Input, Lambda
from keras.models import Model
np.random.seed(1)
x = np.random.rand(60, 4)
first = Input(shape=(4,))
mean, spread = Dense(2)(first), Dense(2)(first)
drawn = Lambda(lambda two: two[0] + K.exp(two[1] / 2) * K.random_normal(K.shape(two[0])))
again = Dense(4, activation='sigmoid')(drawn([mean, spread]))
def loss(true, guess):
    return objectives.mse(true, guess) - 0.5 * K.sum(spread - K.square(mean) - K.exp(spread), -1)
model = Model(first, again)
model.compile('rmsprop', loss, metrics=['mae'])
model.fit(x, x, nb_epoch=2, batch_size=20, verbose=0)
print('loss:', model.evaluate(x, x, verbose=0)[0])
"""
SLOPES = """
import numpy as np
from keras import backend as K
from keras.layers import Dense
from keras.models import Sequential
x = np.ones((40, 3))
model = Sequential([Dense(1, input_shape=(3,), kernel_initializer='ones'), Dense(1)])
np.random.seed(7)
model.compile('sgd', 'mse', metrics=['mae'])
first = model.layers[0].output
slope = K.function([model.input, K.learning_phase()], K.gradients(first, model.input))
print('slope:', float(slope([x[:1], 0])[0][0, 0]))
model.fit(x, x[:, 0], epochs=1, verbose=0, class_weight='auto')
model.evaluate(x, x[:, 0], verbose=0)
"""


def lines_of(record: RunFolder) -> list[str]:
    story = json.loads((record.artifacts / schema.SCRIPT_JSON).read_text())
    return list(story["summary"]["timeline"])


def test_idioms_of_older_years_run_on_keras_2(start: Start) -> None:
    task, record = start(OLD, "old")
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    found = outcome.metrics
    assert found["printed_loss_of_both"] >= 0
    assert (found["printed_step"], found["printed_weight"]) == (1, 1.5)
    assert (found["printed_kept"], found["printed_year"], found["printed_list"]) == (1, 2018, 1)
    (fit,) = [one for one in lines_of(record) if "trains on" in one]
    assert "64 rows, 3 epochs" in fit
    told = " ".join(outcome.warnings)
    assert "one optimiser for several networks (today: an optimiser for each)" in told
    assert "add_weight(shape) (today: add_weight(shape=…))" in told


def test_rows_of_data_sets_and_generators_are_told(start: Start) -> None:
    task, record = start(ROWS, "rows")
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    told = lines_of(record)
    first, second = (one for one in told if "trains on" in one)
    assert "trains on 64 rows of a _BatchDataset, 2 epochs" in first
    assert "validated on 32 rows of a _BatchDataset" in first
    assert "trains on 64 rows of a generator, 1 epoch" in second
    held, again, predicted = (one for one in told if "evaluates" in one or "predicts" in one)
    assert "evaluates on 32 rows of a _BatchDataset, the validation rows of a fit" in held
    assert "evaluates on 32 rows of a Rows, rows trained on before" in again
    assert "predicts for 32 rows of a _MapDataset, the validation rows of a fit" in predicted
    assert outcome.metrics["printed_next"] == 1


def test_what_only_a_graph_allows_runs_in_one(start: Start) -> None:
    closure, _ = start(GRAPHS, "closure")
    slopes, record = start(SLOPES, "slopes")
    outcome, other = closure.result(), slopes.result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["printed_loss"] == pytest.approx(outcome.metrics["evaluate1_loss"])
    assert outcome.metrics["fit1_epochs"] == 2
    (said,) = [one for one in outcome.warnings if "ran on" in one]
    assert "with graphs as in TensorFlow 1), because without graphs train.py line 17" in said
    assert other.state == "finished", other.reason
    assert other.metrics["printed_slope"] == 1
    assert "evaluate1_mae" in other.metrics or "evaluate1_mean_absolute_error" in other.metrics
    assert not any("ran on" in one for one in other.warnings)  # said before the first run
    told = " ".join(other.warnings)
    assert "gives fit class_weight='auto', which had no effect: every class counts alike" in told
    (built,) = [one for one in lines_of(record) if "builds a network" in one]
    assert built.endswith("first weights from Keras' generator, which nothing in the script seeds")
