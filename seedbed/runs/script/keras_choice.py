"""Which Keras a script needs: Keras 3, or Keras 2 as the package tf-keras keeps it alive.

What a script says decides, by the doctor's tables of what is gone. Where these see nothing and it
fails on Keras 3 as an older script would, run.py tries it on Keras 2.
"""

import ast
import os
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from seedbed.doctor.keras3.dotted_names import full_name, imported_names
from seedbed.doctor.keras3.outdated_calls import GRAPH, IGNORED, METHODS, OF_OWNERS, TENSORFLOW
from seedbed.doctor.keras3.outdated_code import Outdated, guarded_lines, outdated
from seedbed.doctor.keras3.removed_names import new_in_keras_3
from seedbed.doctor.source.module import Module
from seedbed.runs.script.keras_backend import JAX, VARIABLE, asks_for_jax
from seedbed.runs.script.loaded_network import trained_after_loading
from seedbed.runs.script.paths.files_read import is_certain
from seedbed.runs.script.refused_names import saved_under_refused_name
from seedbed.system.errors import InputError

Asked = Literal["auto", "2", "3"]
PACKAGE = "tf-keras"
NOWHERE = ("tensorflow.contrib", "tensorflow.examples", "keras.contrib")
"""Modules that no Keras and no TensorFlow 2 has."""

NOT_IN_TENSORFLOW_2 = ("contrib", "estimator")
"""Attributes of ``tf`` that are gone with everything below them."""

ONLY_IN_GRAPHS = {"keras.backend.gradients"}
SYMBOLIC = ("symbolic Keras input", "Keras symbolic input", "tf.gradients is not supported")
"""Words of errors about what only a graph of TensorFlow 1 allows, such as a loss function that uses
the outputs of inner layers beside its arguments."""

OLD_ERRORS = (ImportError, AttributeError, TypeError, ValueError, NotImplementedError)
SIGNATURE = ("unexpected keyword argument", "positional argument", "no attribute")
"""Words of an error by which Python refuses a call or a name."""


@dataclass(frozen=True)
class KerasChoice:
    """The Keras that a script runs on.

    Attributes:
        version: 2 or 3.
        why: What in the script asks for it, as the end of a sentence; empty without.
        asked: Whether the user said so.
        graph: Whether it builds graphs and runs them afterwards, as with TensorFlow 1.
    """

    version: Literal[2, 3]
    why: str = ""
    asked: bool = False
    graph: bool = False

    @property
    def name(self) -> str:
        """``Keras 2.21 (tf-keras)``, or ``Keras 3.15``."""
        if self.version == 2:
            how = ", with graphs as in TensorFlow 1" if self.graph else ""
            return f"Keras {_short(PACKAGE)} ({PACKAGE}{how})"
        return f"Keras {_short('keras')}"

    @property
    def full_version(self) -> str:
        """``2.21.0 (tf-keras)``, or ``3.15.1``."""
        return f"{_version(PACKAGE)} ({PACKAGE})" if self.version == 2 else _version("keras")


def choose(module: Module, beside: Sequence[Module] = (), asked: Asked = "auto") -> KerasChoice:
    """The Keras for a script.

    Args:
        module: The script.
        beside: Files of its folder that it imports.
        asked: What the user wants.

    Raises:
        InputError: It needs what no Keras has, both Keras at once, TensorFlow 1's graph, or
            Keras 2 where that is not installed.
    """
    modules = (module, *beside)
    _refuse_graph(module)
    old = [(one, file) for file in modules for one in _unguarded(file)]
    gone = [one for one, file in old if is_nowhere(one) and (one.stops or _is_reached(one, file))]
    if gone:
        raise InputError(_stops(module, gone, "every Keras and TensorFlow 2 lack"))
    needs_2 = [(one, file) for one, file in old if _is_keras_2(one)]
    needs_3 = [place for file in modules for place in _new_places(file)]
    if asked == "3":
        stopping = [one for one, file in needs_2 if one.stops and file is module]
        if stopping:
            raise InputError(_stops(module, stopping, "Keras 3 lacks"))
        return KerasChoice(3, "--keras 3 was given", asked=True)
    if asked == "2":
        if needs_3:
            raise InputError(
                f"--keras 2 must not be given for a script of Keras 3, but {needs_3[0]}, which no "
                "Keras before 3 has: leave it out."
            )
        _require_package("--keras 2 was given")
        return KerasChoice(2, "--keras 2 was given", asked=True)
    if not needs_2:
        why = "" if needs_3 or not _version(PACKAGE) else _files_only_keras_2_takes(modules)
        return KerasChoice(2, why) if why else KerasChoice(3)
    first, file = needs_2[0]
    where = f"{file.path.name} {first.where} uses {first.what}"
    if needs_3:
        raise InputError(
            f"script must use one Keras, but {where}, which Keras 3 lacks, and {needs_3[0]}, which "
            f"no Keras before 3 has: write {first.instead}, or give --keras 3."
        )
    _require_package(where)
    for one, file in needs_2:
        if one.what in ONLY_IN_GRAPHS:
            where = f"{file.path.name} {one.where} uses {one.what}"
            return KerasChoice(2, where, graph=True)
    return KerasChoice(2, where)


def _files_only_keras_2_takes(modules: Sequence[Module]) -> str:
    """What a script does with a network's file that Keras 3 refuses; empty if it does nothing."""
    for module in modules:
        if loaded := trained_after_loading(module):
            return f"{loaded}, which Keras 3 cannot do"
        if saved := saved_under_refused_name(module):
            return f"{saved}, a name that Keras 3 refuses"
    return ""


def outdated_elsewhere(one: Outdated) -> bool:
    """Whether an outdated place has nothing to do with Keras or TensorFlow."""
    return not _is_keras_2(one) and not one.what.startswith(NOWHERE)


def is_nowhere(one: Outdated) -> bool:
    """Whether an outdated place uses what no Keras and no TensorFlow 2 has."""
    return one.what.startswith(NOWHERE) or one.what.partition(".")[2] in NOT_IN_TENSORFLOW_2


def _is_reached(one: Outdated, module: Module) -> bool:
    """Whether every run reaches an outdated attribute."""
    return any(
        isinstance(node, ast.Attribute) and node.lineno == one.row and is_certain(module, node)
        for node in module.nodes
    )


def may_need_keras_2(error: BaseException, choice: KerasChoice, modules: Sequence[Module]) -> bool:
    """Whether a script that failed on Keras 3 may run on Keras 2.

    Args:
        error: What it raised.
        choice: The Keras that it ran on.
        modules: The script, and the files beside it that it imports.
    """
    if choice.version == 2 or choice.asked or not _version(PACKAGE):
        return False
    if not any({"keras", "tensorflow"} & one.roots for one in modules):
        return False
    if any(place for one in modules for place in _new_places(one)):
        return False
    if not isinstance(error, OLD_ERRORS):
        return False
    text = str(error)
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return (
        "keras" in text.lower()
        or any(word in text for word in SIGNATURE)
        or any(f"site-packages{os.sep}keras{os.sep}" in name for name in files)
    )


def needs_graph(error: BaseException, choice: KerasChoice) -> bool:
    """Whether a script that failed on Keras 2 may run where that builds graphs."""
    return choice.version == 2 and not choice.graph and any(one in str(error) for one in SYMBOLIC)


def _unguarded(module: Module) -> list[Outdated]:
    tried = guarded_lines(module.tree)
    return [one for one in outdated(module) if one.row not in tried]


def _is_keras_2(one: Outdated) -> bool:
    """Whether Keras 2 (with what Seedbed puts back) has what Keras 3 lacks."""
    what = one.what
    if what.startswith(("keras.", *NOWHERE)):
        return not what.startswith(NOWHERE)
    if what.startswith(".") and (what[1:] in METHODS or tuple(what[1:].split(".")) in OF_OWNERS):
        return True
    if what.endswith((")", "]")):
        argument = what.partition("(")[2].partition("=")[0]
        return argument not in IGNORED
    return what.partition(".")[2] in TENSORFLOW


def _new_places(module: Module) -> Iterable[str]:
    """Places that use what only Keras 3 has, each as words."""
    if asks_for_jax(module):
        yield f"{module.path.name} sets {VARIABLE} to {JAX}"
    names = imported_names(module.nodes)
    tried = guarded_lines(module.tree)
    for node in module.nodes:
        row = int(getattr(node, "lineno", 0))
        if row in tried:
            continue
        for full in _named(node, names):
            new = new_in_keras_3(full)
            if new is not None:
                yield f"{module.path.name} {module.line(row).words} uses {new}"


def _named(node: ast.AST, names: dict[str, str]) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    full = full_name(node, names) if isinstance(node, ast.Attribute) else None
    return [full] if full else []


def _refuse_graph(module: Module) -> None:
    """Refuse a script that builds TensorFlow 1's graph by hand: its first line that needs it."""
    tried = guarded_lines(module.tree)
    for one in outdated(module):
        bare = one.what.partition(".")[2]
        if bare.endswith("Optimizer") and not module.attributes["minimize"]:
            continue  # handed to compile
        if one.row in tried or one.what.startswith(("keras.", "tensorflow.")):
            continue
        if bare in GRAPH and bare != "contrib" and TENSORFLOW.get(bare) == one.instead:
            raise InputError(
                f"script must use Keras, but {module.path.name} {one.where} uses {one.what}: it "
                "builds a graph of TensorFlow 1, which TensorFlow 2 does not run. Write "
                "import tensorflow.compat.v1 as tf and tf.disable_v2_behavior() at its top."
            )


def _stops(module: Module, found: Sequence[Outdated], lacks: str) -> str:
    told = "; ".join(str(one) for one in found)
    lines = "that line" if len(found) == 1 else "these lines"
    return (
        f"script must run on the libraries of today, but {module.path.name} uses what "
        f"{lacks}: {told}. Change {lines} and run it again."
    )


def _require_package(why: str) -> None:
    if not _version(PACKAGE):
        raise InputError(
            f"{PACKAGE} must be installed for a script that needs Keras 2 ({why}): "
            f"pip install {PACKAGE}, in the version of your TensorFlow."
        )


def _short(package: str) -> str:
    return ".".join(_version(package).split(".")[:2])


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
