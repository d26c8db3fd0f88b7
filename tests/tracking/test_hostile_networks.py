"""A network's file from somebody else runs no code, reads no other file and fills no memory."""

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from seedbed.tracking.keras_file import check_keras_file
from tests.support.zip_files import unopenable

PLAIN = {"module": "keras", "class_name": "Sequential", "config": {"layers": []}}
Fill = Callable[[h5py.File], object]


def layer(name: str, module: str | None = "keras.layers", **settings: Any) -> dict[str, Any]:
    one = {"module": module, "class_name": name, "config": settings, "registered_name": None}
    return {**PLAIN, "config": {"layers": [one]}}


def weights(fill: Fill = lambda file: file.create_dataset("0", data=np.zeros(3))) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        fill(file)
    return stream.getvalue()


def written(path: Path, config: Any = PLAIN, content: bytes | None = None) -> Path:
    file = path / "best.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        archive.writestr("model.weights.h5", weights() if content is None else content)
    return file


def test_a_plain_file_passes(tmp_path: Path) -> None:
    check_keras_file(written(tmp_path))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (layer("Lambda", function={"class_name": "__lambda__", "config": {}}), "runs code"),
        (layer("Dense", activation={"class_name": "__lambda__", "config": {}}), "runs code"),
        (layer("system", module="os"), "'system' of 'os'"),
        (layer("exec", module="builtins"), "'exec' of 'builtins'"),
        (layer("f", module="builtins", a={"class_name": "function", "config": "f"}), "of 'built"),
        (layer("get_file", module="keras.utils"), "'get_file' of 'keras.utils'"),
        (layer("enable_unsafe_deserialization", module="keras.config"), "of 'keras.config'"),
        (layer("load_model", module="keras.src.saving"), "of 'keras.src.saving'"),
        (layer("run", module="keras.layers_of_mine"), "'run' of 'keras.layers_of_mine'"),
        (layer("TFSMLayer", filepath="/srv/other"), "reads other files"),
        (layer("TorchModuleWrapper", module="keras.layers"), "runs code"),
        (layer("StringLookup", vocabulary="/etc/passwd"), "from another file"),
        (layer("Mine", module="my_package.layers"), "'Mine' of 'my_package.layers'"),
        ("[" * 100_000, "best.keras"),
        ("[" * 500 + "]" * 500, "deeper than 100"),
        ("{", "cannot be read"),
        (" " * 20_000_001, "more than 20,000,000 bytes"),
    ],
)
def test_a_configuration_that_reaches_beyond_keras_own_layers_is_refused(
    tmp_path: Path, config: Any, words: str
) -> None:
    with pytest.raises(InputError, match="it is not loaded") as caught:
        check_keras_file(written(tmp_path, config))
    assert words in str(caught.value)


def external(file: h5py.File) -> None:
    file.create_dataset("0", (4,), "u1", external=[("/etc/passwd", 0, 4)])


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/srv/other.h5", "x", (4,))
    file.create_virtual_dataset("0", layout)


def bomb(file: h5py.File) -> None:
    file.create_dataset("0", (1 << 40,), "f4", chunks=(1 << 20,), compression="gzip")


def never_written(file: h5py.File) -> None:
    file.create_dataset("0", (1 << 40,), "f4")


def linked(file: h5py.File) -> None:
    file["0"] = h5py.ExternalLink("/srv/other.h5", "/x")


def soft(file: h5py.File) -> None:
    file["0"] = h5py.SoftLink("/1")


def circle(file: h5py.File) -> None:
    file.create_group("a")["b"] = file["/"]


def many_names(file: h5py.File) -> None:
    data = file.create_dataset("0", data=np.zeros(1000))
    for number in range(1, 100):
        file[str(number)] = data


def objects(file: h5py.File) -> None:
    file.create_dataset("0", data=["pickle"], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    "fill",
    [external, virtual, bomb, never_written, linked, soft, circle, many_names, objects],
)
def test_weights_that_lead_elsewhere_or_unfold_are_refused(tmp_path: Path, fill: Fill) -> None:
    with pytest.raises(InputError, match="it is not loaded"):
        check_keras_file(written(tmp_path, content=weights(fill)))


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n" + b"\xff" * 500, b"no HDF5"])
def test_torn_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        check_keras_file(written(tmp_path, content=content))


@pytest.mark.parametrize(
    "name",
    [
        *("../../.bashrc", "/etc/cron.d/x", "assets/../../x", "a.py", "assets\\..\\x"),
        *("model.weights.npz", "config.json"),
    ],
)
def test_other_members_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    file = written(tmp_path)
    with zipfile.ZipFile(file, "a") as archive:
        if name in archive.namelist():
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr(name, "x")
        else:
            archive.writestr(name, "x")
    with pytest.raises(InputError, match="it is not loaded"):
        check_keras_file(file)


def test_an_archive_that_unfolds_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "best.keras"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(PLAIN))
        archive.writestr("model.weights.h5", bytes(20_000_000))
    assert file.stat().st_size < 30_000
    with pytest.raises(InputError, match="compressed"):
        check_keras_file(file)


@pytest.mark.parametrize(("place", "value"), [(6, 1), (8, 99)], ids=["password", "compression"])
def test_an_archive_that_cannot_be_opened_is_refused(
    tmp_path: Path, place: int, value: int
) -> None:
    file = written(tmp_path)
    file.write_bytes(unopenable(file.read_bytes(), place, value))
    with pytest.raises(InputError, match="it is not loaded"):
        check_keras_file(file)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "best.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps(PLAIN))
        archive.writestr("model.weights.h5", bytes(100_000))
        for number in range(50):
            copy = zipfile.ZipInfo(f"assets/{number}")
            inside = archive.getinfo("model.weights.h5")
            copy.header_offset, copy.CRC = inside.header_offset, inside.CRC
            copy.file_size = copy.compress_size = inside.file_size
            archive.filelist.append(copy)
    with pytest.raises(InputError, match="unfolds"):
        check_keras_file(file)


class Exploit:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_is_not_loaded(tmp_path: Path) -> None:
    file = tmp_path / "best.keras"
    file.write_bytes(pickle.dumps(Exploit(tmp_path / "owned")))
    with pytest.raises(InputError, match="cannot be read"):
        check_keras_file(file)
    assert not (tmp_path / "owned").exists()


def networks(path: Path) -> tuple[bool, bool, str]:
    """Whether a Lambda's code ran where Keras was told to trust it, whether here, and the refusal.

    Loads a network of each kind of layer that the experiments use as well.
    """
    import keras

    from seedbed.tracking.keras_file import load_network

    inputs = keras.Input((8, 8, 1))
    x = keras.layers.RandomTranslation(0.1, 0.1, seed=1)(inputs)
    x = keras.layers.Conv2D(4, 3, activation="relu", kernel_regularizer="l2")(x)
    x = keras.layers.BatchNormalization()(x) * 2.0
    x = keras.layers.Concatenate()([x, keras.layers.LayerNormalization()(x)])
    x = keras.layers.Dropout(0.2)(keras.layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    model.save(path / "mine.keras")
    again = load_network(path / "mine.keras")
    assert all(np.array_equal(a, b) for a, b in zip(model.weights, again.weights, strict=True))

    target = str(path / "owned")
    evil = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Lambda(lambda x: (__import__("os").makedirs(target, exist_ok=True), x)[1]),
        ]
    )
    evil.save(path / "evil.keras")
    Path(target).rmdir()
    keras.saving.load_model(path / "evil.keras", safe_mode=False)
    trusted = Path(target).exists()
    Path(target).rmdir()
    try:
        load_network(path / "evil.keras")
    except InputError as error:
        return trusted, Path(target).exists(), str(error)
    return trusted, True, ""


def test_the_code_of_a_lambda_does_not_run_and_keras_own_layers_load(
    pool: LocalPool, tmp_path: Path
) -> None:
    trusted, ran, refusal = pool.submit(networks, tmp_path).result()
    assert trusted, "the exploit is real"
    assert not ran
    assert "Lambda, which runs code of its own" in refusal
