"""Which functions may have anything to do with a training: the others need not be followed.

A library has thousands of functions that train nothing, set no seed and read no file. A function
is of interest when it, or one that it may call by name within the files given, mentions a word
that some rule needs. Names are compared without knowing what they stand for, so this errs on the
side of following; a name that many definitions have is not passed on, because each of them is
looked at by itself.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import TypeAlias

from seedbed.doctor.interpreter.reading_place import DEEPEST_CALL_OF_PARTS
from seedbed.doctor.source.module import Module

WORDS = frozenset(
    {
        # training, scoring, and what a model is made of
        *("fit", "fit_generator", "train_on_batch", "apply_gradients", "minimize", "evaluate"),
        *("evaluate_generator", "predict_classes", "predict_generator", "fit_resample"),
        *("Sequential", "ImageDataGenerator", "load_model", "load_weights", "clear_session"),
        *("Dense", "Dropout", "BatchNormalization", "Activation", "Flatten", "Conv1D", "Conv2D"),
        *("MaxPooling2D", "GlobalAveragePooling2D", "LSTM", "GRU", "Embedding", "Input"),
        *("shuffle", "RandomFlip", "RandomRotation", "RandomZoom"),
        *("validation_data", "validation_split", "steps_per_epoch", "samples_per_epoch"),
        *("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "restore_best_weights"),
        *("get_weights", "save_weights"),
        *("fit_transform", "fit_on_texts", "partial_fit", "adapt", "cross_val_score"),
        *("train_test_split", "KFold", "StratifiedKFold", "ShuffleSplit", "RepeatedKFold"),
        *("cross_validate", "cross_val_predict", "GridSearchCV", "RandomizedSearchCV", "resample"),
        *("KerasClassifier", "KerasRegressor", "optimize", "search", "fmin"),
        *("LeaveOneGroupOut", "image_dataset_from_directory", "text_dataset_from_directory"),
        *("audio_dataset_from_directory", "flow_from_directory", "flow_from_dataframe"),
        # seeds and settings
        *("seed()", "set_seed", "set_random_seed", "manual_seed", "default_rng", "RandomState"),
        *("SeedGenerator", "enable_op_determinism", "ConfigProto", "GPUOptions", "Session"),
        *("InteractiveSession", "environ", "putenv"),
        # files that run code
        *("read_pickle", "allow_pickle", "safe_mode", "enable_unsafe_deserialization"),
        *("pickle", "cPickle", "dill", "joblib", "cloudpickle", "unpickle", "torch.load"),
        # files that are dealt to folders
        "shutil",
    }
)
_MANY_DEFINITIONS = 1_000
"""From here on a function is left out if no call that is followed from it can reach a word."""
MANY = 3
"""Definitions of one name in the files given from which the name is not passed on."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Words = dict[Definition, set[str]]
AllWords: TypeAlias = "dict[Definition | Elsewhere, Set[str]]"


def is_irrelevant(modules: Iterable[Module]) -> tuple[set[Definition], set[Module]]:
    """Find the definitions and files that no rule can need, so the reader skips them.

    Args:
        modules: Every file that was read.

    Returns:
        Functions, methods and classes; and whole files.
    """
    files = list(modules)
    return Mentions(files, definition_names(files)).irrelevant()


def definition_names(modules: Iterable[Module]) -> set[str]:
    """The names of all functions and classes of some files."""
    return {node.name for module in modules for node in definitions_in(module)}


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """A definition in a file that another process reads.

    Attributes:
        name: The function's or class's.
        mentioned: Words of rules and names of definitions that stand in it.
    """

    name: str
    mentioned: frozenset[str]


class Mentions:
    """What the definitions of some files mention.

    Args:
        modules: The files.
        names: The names of all definitions, also of other files.
    """

    def __init__(self, modules: Iterable[Module], names: Set[str]) -> None:
        known = WORDS | names
        self._words: Words = {}
        self._whole = {module: _collect(module, known, self._words) for module in modules}

    def for_others(self) -> list[Elsewhere]:
        """The definitions as another process needs them."""
        return [Elsewhere(node.name, frozenset(found)) for node, found in self._words.items()]

    def irrelevant(
        self, elsewhere: Iterable[Elsewhere] = ()
    ) -> tuple[set[Definition], set[Module]]:
        """The definitions and files among these that no rule can need.

        Args:
            elsewhere: Definitions of the other files.
        """
        words: AllWords = {node: found for node, found in self._words.items()}  # noqa: C416
        words.update((one, one.mentioned) for one in elsewhere)
        kept, wanted = _closed(words, len(words))
        if len(words) > _MANY_DEFINITIONS:
            kept, _ = _closed(words, DEEPEST_CALL_OF_PARTS)
        idle = {module for module, found in self._whole.items() if wanted.isdisjoint(found)}
        return set(self._words) - kept, idle


def _collect(module: Module, known: Set[str], found: Words) -> set[str]:
    """The known names of a file; those of each definition, inner ones included, go to ``found``."""
    every: set[str] = set()
    surroundings: dict[Definition, set[str]] = {}
    owners: dict[int, set[str]] = {}
    outer: list[Definition] = []
    for node in sorted(definitions_in(module), key=_first_line):
        while outer and (outer[-1].end_lineno or 0) < _first_line(node):
            outer.pop()
        surroundings[node] = found[outer[-1]] if outer else every
        found[node] = set()
        lines = range(_first_line(node), (node.end_lineno or 0) + 1)
        owners.update(dict.fromkeys(lines, found[node]))  # an inner one takes its lines
        outer.append(node)
    for line, name in _names(module):
        if name in known:
            owners.get(line, every).add(name)
    for node in reversed(surroundings):
        surroundings[node].update(found[node])
    return every


def definitions_in(module: Module) -> Iterator[Definition]:
    """The functions and classes of a file, inner ones included."""
    for node in module.every(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        if isinstance(node, Definition):
            yield node


def _first_line(node: Definition) -> int:
    """The line of a definition, or of its first decorator."""
    return min((node.lineno, *(one.lineno for one in node.decorator_list)))


def _names(module: Module) -> Iterator[tuple[int, str]]:
    """Every name, attribute, keyword and text that is a name, with its line."""
    torch = "torch" in module.roots
    for node in module.every(ast.Name):
        yield node.lineno, node.id  # type: ignore[attr-defined]
    for node in module.every(ast.Attribute):
        yield node.lineno, node.attr  # type: ignore[attr-defined]
        if torch and node.attr == "load":  # type: ignore[attr-defined]
            yield node.lineno, "torch.load"  # type: ignore[attr-defined]
    for node in module.every(ast.keyword, ast.Constant):
        name = node.arg if isinstance(node, ast.keyword) else getattr(node, "value", None)
        if isinstance(name, str) and name.isidentifier():
            yield node.lineno, name  # type: ignore[attr-defined]
    for node in module.every(ast.Call):
        function = node.func  # type: ignore[attr-defined]
        if "seed" in {getattr(function, "attr", None), getattr(function, "id", None)}:
            yield node.lineno, "seed()"  # type: ignore[attr-defined]


def _closed(words: AllWords, calls: int) -> tuple[set[Definition | Elsewhere], set[str]]:
    """The definitions that mention a word, or the name of one that does, and so on; and these.

    Args:
        words: What each definition mentions.
        calls: How many definitions may stand in such a row.
    """
    times = Counter(node.name for node in words)
    wanted = set(WORDS)
    kept: set[Definition | Elsewhere] = set()
    left = words
    for _ in range(calls):
        found = [node for node, mentioned in left.items() if not wanted.isdisjoint(mentioned)]
        if not found:
            break
        kept.update(found)
        wanted |= {node.name for node in found if times[node.name] <= MANY}
        left = {node: mentioned for node, mentioned in left.items() if node not in kept}
    return kept, wanted
