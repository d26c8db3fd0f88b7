"""Names of Python, NumPy and SciPy that a script of older years uses."""

import builtins
import sys
import time
from types import ModuleType
from typing import Any

import numpy as np

from seedbed.runs.script.put_back.renamed_names import restore_renamed

NUMPY: dict[str, object] = {
    "int": int, "float": float, "object": object, "str": str, "unicode": str,
    "float_": np.float64, "complex_": np.complex128, "string_": np.bytes_, "unicode_": np.str_,
    "NaN": np.nan, "Inf": np.inf, "infty": np.inf, "Infinity": np.inf,
    "product": np.prod, "cumproduct": np.cumprod, "alltrue": np.all, "sometrue": np.any,
    "asscalar": lambda array: array.item(), "in1d": np.isin, "trapz": np.trapezoid,
}  # fmt: skip
PYTHON_2: dict[str, Any] = {"xrange": range, "unicode": str, "unichr": chr, "basestring": str}


def restore_elsewhere(gone: set[str]) -> None:
    """Add what a script uses, and no more: libraries ask whether some of these names exist.

    Args:
        gone: Names as the doctor's table has them.
    """
    restore_renamed(gone)
    if "time.clock" in gone:
        time.clock = time.perf_counter  # type: ignore[attr-defined]
    if "cPickle" in gone:
        import pickle

        sys.modules["cPickle"] = pickle
    for name, value in NUMPY.items():
        if f"numpy.{name}" in gone:
            setattr(np, name, value)
    if any(name.startswith("scipy.misc") for name in gone):
        _restore_scipy_misc()
    if "scipy.interp" in gone:
        import scipy

        scipy.interp = np.interp  # type: ignore[attr-defined]


def _restore_scipy_misc() -> None:
    import scipy
    from scipy import special

    from seedbed.runs.script.put_back import scipy_misc

    module = ModuleType("scipy.misc")
    for name in ("imread", "imresize", "imsave", "imrotate", "imshow", "toimage", "fromimage",
                 "bytescale"):  # fmt: skip
        setattr(module, name, getattr(scipy_misc, name))
    for name in ("logsumexp", "comb", "factorial"):
        setattr(module, name, getattr(special, name))
    sys.modules["scipy.misc"] = module
    scipy.misc = module  # type: ignore[attr-defined]


def restore_python_2(names: set[str]) -> None:
    """Built-in functions of Python 2 that a script calls and never defines.

    Args:
        names: Names that the script reads and never binds.
    """
    for name in PYTHON_2.keys() & names:
        setattr(builtins, name, PYTHON_2[name])
