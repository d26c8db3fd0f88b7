"""Lists whose order the script does not decide: folders as the system lists them, and sets."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Data, Items, Value, ancestry, constant, parents_of

_LISTINGS = {
    "os.listdir", "os.walk", "os.scandir", "glob.glob", "glob.iglob", ".glob", ".rglob",
    ".iterdir", "tensorflow.io.gfile.listdir", "tensorflow.io.gfile.glob", "tensorflow.gfile.Glob",
    "tensorflow.gfile.ListDirectory", "imutils.paths.list_images",
}  # fmt: skip
_SETS = {"builtins.set", "builtins.frozenset", "SetComp"}
_CUTS = {"slice", ".take", ".skip", ".head", ".tail", "itertools.islice"}
_TEXT = (".read", ".split", ".splitlines", ".readlines", "builtins.open", "builtins.str")
_ORDERED = {
    "builtins.sorted", ".sort", "numpy.sort", "numpy.unique", "natsort.natsorted", ".sort_values",
    "natsort.os_sorted", "numpy.argsort", ".argsort", ".unique", ".sort_index", "builtins.len",
    "builtins.max", "builtins.min", "builtins.sum",
}  # fmt: skip


@dataclass(frozen=True)
class Unordered:
    """A list in an order from outside.

    Attributes:
        value: The list, where it is made.
        is_text_set: It is a set of text, whose order changes with each process.
    """

    value: Data
    is_text_set: bool


def sorted_walks(trace: Trace) -> frozenset[int]:
    """The calls of ``os.walk`` whose folders are sorted in each pass, by ``folders.sort()``."""
    walks: set[int] = set()
    for event in trace.calls(".sort"):
        folders = event.target
        if isinstance(folders, Data) and folders.op == "unpack:1":
            walks.update(v.uid for v in ancestry(folders, 4) if _is_walk(v))
    return frozenset(walks)


def _is_walk(value: Value) -> bool:
    return isinstance(value, Data) and value.op == "os.walk"


def unordered(
    value: Value, *, cut: bool = False, walks: frozenset[int] = frozenset()
) -> Iterator[Unordered]:
    """The lists in an order from outside that decide which rows a value holds.

    Args:
        value: Inputs of a score.
        cut: The rows are cut by position afterwards, as by ``validation_split``.
        walks: What ``sorted_walks`` found: the roots of these come in order.

    Yields:
        Each such list that is cut by position, at random or not, on the way to the value; not one
        that is sorted on the way.
    """
    seen: set[tuple[int, bool]] = set()
    waiting = [(value, cut)]
    while waiting and len(seen) < 400:
        current, is_cut = waiting.pop()
        if (current.uid, is_cut) in seen:
            continue
        seen.add((current.uid, is_cut))
        if isinstance(current, Data):
            if current.op in _ORDERED or (walks and _is_root_of(current, walks)):
                continue
            if current.op in _LISTINGS | _SETS:
                if is_cut:
                    yield Unordered(current, current.op in _SETS and _holds_text(current))
                if current.op in _LISTINGS:
                    continue
            is_cut = _cuts(current) or (is_cut and current.op not in _SETS)
        elif isinstance(current, Items) and any(_sorts(parent) for parent in current.parents):
            continue
        waiting.extend((parent, is_cut) for parent in parents_of(current))


def _is_root_of(value: Data, walks: frozenset[int]) -> bool:
    """True for the root that a walk in order gives in each pass, and for its folders."""
    if value.op not in {"unpack:0", "unpack:1"}:
        return False
    return any(origin.uid in walks for origin in ancestry(value, 4))


def _sorts(value: Value) -> bool:
    return isinstance(value, Data) and value.op in _ORDERED


def _cuts(value: Data) -> bool:
    """True if a value takes rows by their position, or at random from a given order."""
    if value.op in _CUTS or value.op.startswith("split:"):
        return True
    if value.op != "index" or len(value.parents) < 2:
        return False
    chosen = value.parents[1]
    by_content = isinstance(chosen, Data) and chosen.op.startswith(("cmp:", "unary:", "binop:"))
    return constant(chosen) is None and not by_content


def _holds_text(made: Data) -> bool:
    """True if the items of a set are plainly text."""
    waiting, seen = list(made.parents), 0
    while waiting and seen < 30:
        value, seen = waiting.pop(), seen + 1
        if isinstance(constant(value), str):
            return True
        if isinstance(value, Data) and (value.op in _LISTINGS or value.op.startswith(_TEXT)):
            return True
        waiting.extend(parents_of(value))
    return False
