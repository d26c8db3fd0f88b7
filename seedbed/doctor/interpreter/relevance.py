"""Which functions may have anything to do with a training: the others need not be followed.

A library has thousands of functions that train nothing, set no seed and read no file. A function
is of interest when it, or one that it may call by name within the files given, mentions a word
that some rule needs. Names are compared without knowing what they stand for, so this errs on the
side of following; a name that many definitions have is not passed on, because each of them is
looked at by itself.
"""

import ast
from collections import Counter
from collections.abc import Iterable

from seedbed.doctor.interpreter.reading_place import DEEPEST_CALL_OF_PARTS
from seedbed.doctor.source.module import Module, children

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
    }
)
_MANY_DEFINITIONS = 1_000
"""From here on a function is left out if no call that is followed from it can reach a word."""
MANY = 3
"""Definitions of one name in the files given from which the name is not passed on."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Words = dict[Definition, set[str]]


def is_irrelevant(modules: Iterable[Module]) -> tuple[set[object], set[Module]]:
    """Find the definitions and files that no rule can need, so the reader skips them.

    Args:
        modules: Every file that was read.

    Returns:
        Functions, methods and classes; and whole files.
    """
    words: Words = {}
    whole = {module: _collect(module.tree, "torch" in module.roots, words) for module in modules}
    kept, wanted = _closed(words, len(words))
    if len(words) > _MANY_DEFINITIONS:
        kept, _ = _closed(words, DEEPEST_CALL_OF_PARTS)
    idle = {module for module, mentioned in whole.items() if wanted.isdisjoint(mentioned)}
    passed: set[object] = set(words.keys() - kept)
    return passed, idle


def _collect(node: ast.AST, torch: bool, found: Words) -> set[str]:
    """All names below a node; those of each definition, inner ones included, go to ``found``."""
    words: set[str] = set()
    waiting = list(children(node))
    while waiting:
        one = waiting.pop()
        if isinstance(one, Definition):
            inner = found[one] = _collect(one, torch, found)
            words |= inner
            continue
        name = _name(one)
        if isinstance(one, ast.Call) and _name(one.func) == "seed":
            words.add("seed()")
        if name:
            words.add(name)
            if torch and name == "load":
                words.add("torch.load")
        waiting.extend(children(one))
    return words


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.keyword):
        return node.arg
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if node.value.isidentifier() else None
    return None


def _closed(words: Words, calls: int) -> tuple[set[Definition], set[str]]:
    """The definitions that mention a word, or the name of one that does, and so on; and these.

    Args:
        words: What each definition mentions.
        calls: How many definitions may stand in such a row.
    """
    times = Counter(node.name for node in words)
    wanted = set(WORDS)
    kept: set[Definition] = set()
    left = words
    for _ in range(calls):
        found = [node for node, mentioned in left.items() if not wanted.isdisjoint(mentioned)]
        if not found:
            break
        kept.update(found)
        wanted |= {node.name for node in found if times[node.name] <= MANY}
        left = {node: mentioned for node, mentioned in left.items() if node not in kept}
    return kept, wanted
