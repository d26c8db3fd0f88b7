"""Pickles from strangers: arrays are read, everything else is refused by name and not executed."""

import builtins
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays

from seedbed.runs.data.safe_pickle import RefusedError, load, loads
from seedbed.system.errors import InputError

TYPES: Any = [np.float32, np.float64, np.int64, np.uint8, np.bool_, ">f4", "<U3"]


@given(
    arrays.arrays(
        st.sampled_from([np.dtype(kind) for kind in TYPES]),
        arrays.array_shapes(min_dims=1, max_dims=4, max_side=5, min_side=0),
    ),
    st.integers(0, pickle.HIGHEST_PROTOCOL),
    st.booleans(),
)
def test_arrays_come_back_as_they_were(value: Any, protocol: int, fortran: bool) -> None:
    value = np.asfortranarray(value) if fortran else value
    back = loads(pickle.dumps((value, [value, {"y": value}]), protocol))
    for array in (back[0], back[1][0], back[1][1]["y"]):
        assert array.dtype == value.dtype
        np.testing.assert_array_equal(array, value)


def test_containers_scalars_and_arrays_of_arrays() -> None:
    ragged = np.empty(2, object)
    ragged[:] = [np.arange(3), np.arange(2.0)]
    value = {"a": [1, 2.5, "é", None, True, b"\xff"], "b": ({1, 2}, np.float32(1.5)), "c": ragged}
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = loads(pickle.dumps(value, protocol))
        assert back["a"] == value["a"]
        assert back["b"] == ({1, 2}, np.float32(1.5))
        assert [list(part) for part in back["c"]] == [[0, 1, 2], [0.0, 1.0]]


PYTHON_2 = (
    b"(cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\np1\n(I0\ntp2\nS'b'\np3\ntp4\nRp5\n"
    b"(I1\n(I2\nI2\ntp6\ncnumpy\ndtype\np7\n(S'f8'\np8\nI0\nI1\ntp9\nRp10\n(I3\nS'<'\np11\nNNNI-1\n"
    b"I-1\nI0\ntp12\nbI00\nS'\\x00\\x00\\x00\\x00\\x00\\x00\\xf0?\\x00\\x00\\x00\\x00\\x00\\x00\\x00@"
    b"\\x00\\x00\\x00\\x00\\x00\\x00\\x08@\\x00\\x00\\x00\\x00\\x00\\x00\\x10@'\np13\ntp14\nb"
    b"(lp15\nI0\naI1\nat."
)
"""``pickle.dumps((np.array([[1., 2.], [3., 4.]]), [0, 1]))`` as Python 2.7 writes it."""


def test_a_pickle_of_python_2() -> None:
    inputs, labels = loads(PYTHON_2)
    assert inputs.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert labels == [0, 1]
    oracle = pickle.loads(PYTHON_2, encoding="latin1")
    np.testing.assert_array_equal(inputs, oracle[0])


class Calls:
    """Pickles as a call of ``function`` with ``arguments``."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


def exploits(mark: Path) -> dict[str, bytes]:
    """Pickles that, read by ``pickle.load``, make the file ``mark`` or do other harm."""
    command = f"touch {mark}"
    code = f"open({str(mark)!r}, 'w')"
    return {
        "posix.system": pickle.dumps(Calls(os.system, command)),
        "subprocess.Popen": pickle.dumps(Calls(subprocess.Popen, ["touch", str(mark)])),
        "builtins.exec": pickle.dumps(Calls(builtins.exec, code)),
        "builtins.eval": pickle.dumps([np.arange(2), Calls(builtins.eval, code)]),
        "__builtin__.eval": f"c__builtin__\neval\n(S{code!r}\ntR.".encode(),
        "os.system": f"cos\nsystem\n(S'{command}'\ntR.".encode(),
        "builtins.getattr": pickle.dumps(Calls(getattr, "x", "upper")),
        "builtins.__import__": pickle.dumps(Calls(__import__, "os")),
        "types.CodeType": b"ctypes\nCodeType\n(I0\ntR.",
        "numpy.f2py.diagnose.os.system": (
            f"\x80\x04\x8c\x13numpy.f2py.diagnose\x8c\tos.system\x93\x8c"
            f"{chr(len(command))}{command}\x85R.".encode("latin1")
        ),
        "numpy.load": pickle.dumps(Calls(np.load, str(mark))),
        "numpy.ndarray": b"cnumpy\nndarray\n((I1000000000\nI1000000000\nttR.",
        "a NumPy type": pickle.dumps(np.dtype([("a", "O")])),
        "do not agree": PYTHON_2.replace(b"(I2\nI2\nt", b"(I9\nI9\nt"),
        "something outside": b"Pmark\n.",
        "neither an array": b"cnumpy\ndtype\n.",
        "an encoding": b"c_codecs\nencode\n(Vx\nVzip\ntR.",
    }


@pytest.mark.parametrize("refused", list(exploits(Path("mark"))))
def test_an_exploit_is_refused_by_name_and_not_executed(refused: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = tmp_path / "data.pkl"
    path.write_bytes(exploits(mark)[refused])
    with pytest.raises(InputError) as refusal:
        load(path)
    assert not mark.exists()
    sentence = str(refusal.value)
    assert "data.pkl" in sentence
    wanted = "numpy.ndarray" if refused == "numpy.ndarray" else refused
    assert wanted in sentence, sentence


def test_the_exploits_are_real(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = tmp_path / "data.pkl"
    for name in ("posix.system", "builtins.exec", "__builtin__.eval", "os.system"):
        path.write_bytes(exploits(mark)[name])
        code = f"import pickle; pickle.load(open({str(path)!r}, 'rb'))"
        subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
        assert mark.exists(), name
        mark.unlink()


@given(st.binary(max_size=60))
def test_rubbish_never_gets_past_the_two_kinds_of_end(raw: bytes) -> None:
    try:
        loads(raw)
    except (RefusedError, Exception):
        return


@pytest.mark.parametrize("content", [b"", b"hello", PYTHON_2[:200]])
def test_a_torn_file_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "data.pkl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"data\.pkl must be a whole pickle"):
        load(path)
    with pytest.raises(InputError, match=r"must be a file that can be read"):
        load(tmp_path / "missing.pkl")
