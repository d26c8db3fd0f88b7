"""A saved network is Keras' own file, made without comparing each layer with a new object."""

from pathlib import Path

import numpy as np

from seedbed.sweeps.executors.local_pool import LocalPool


def saved(path: Path) -> tuple[int, bool, list[str]]:
    """Objects made while saving again, whether both files predict alike, their entries; a fork."""
    import zipfile

    import keras

    from seedbed.runs.recording.keras_format import save

    keras.utils.set_random_seed(1)
    inputs = keras.Input((6, 6, 1))
    output = keras.layers.Conv2D(3, 3, activation="relu")(inputs)
    output = keras.layers.Dropout(0.3)(keras.layers.Flatten()(output))
    model = keras.Model(inputs, keras.layers.Dense(4, activation="softmax")(output))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = np.random.default_rng(1).random((20, 6, 6, 1)).astype(np.float32)
    model.fit(x, np.arange(20) % 4, verbose=0)
    model.save(path / "keras.keras")
    save(model, path / "first.keras")
    made, make = 0, keras.Layer.__init__

    def counting(self: keras.Layer, *args: object, **kwargs: object) -> None:
        nonlocal made
        made += 1
        make(self, *args, **kwargs)

    keras.Layer.__init__ = counting
    save(model, path / "ours.keras")
    keras.Layer.__init__ = make
    mine, theirs = (keras.models.load_model(path / f"{n}.keras") for n in ("ours", "keras"))
    state = zip(mine.optimizer.variables, theirs.optimizer.variables, strict=True)
    alike = np.array_equal(mine(x), theirs(x)) and all(np.array_equal(a, b) for a, b in state)
    return made, alike, zipfile.ZipFile(path / "ours.keras").namelist()


def test_a_saved_network_loads_as_keras_own_does(pool: LocalPool, tmp_path: Path) -> None:
    made, alike, entries = pool.submit(saved, tmp_path).result()
    assert made == 0
    assert alike
    assert sorted(entries) == ["config.json", "metadata.json", "model.weights.h5"]
