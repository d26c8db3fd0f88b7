"""What a name may hold while a script is read: models, layers, data and where they came from.

Nothing is computed here. A value only remembers how it was made, so that a rule may ask "are these
the rows that were scored before?" or "was this model trained before?".
"""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from seedbed.doctor.source.module import Module

_serial = itertools.count(1)

Branch = tuple[object, str]
"""One arm of one decision: (the decision's key, the arm's name)."""
Branches = frozenset[Branch]
Role = Literal["train", "test"]


@dataclass(eq=False, slots=True)
class Value:
    """Base of all values; two values are the same only if they are the same object."""

    uid: int = field(default_factory=lambda: next(_serial), init=False)


@dataclass(eq=False, slots=True)
class Const(Value):
    """A literal, or an expression of literals."""

    value: object


@dataclass(eq=False, slots=True)
class Name(Value):
    """Something that lives outside the files given, by its full dotted name."""

    path: str


@dataclass(eq=False, slots=True)
class Items(Value):
    """A list or tuple whose items are known; ``open`` when more may follow."""

    items: list[Value]
    open: bool = False
    parents: tuple[Value, ...] = ()


@dataclass(eq=False, slots=True)
class Table(Value):
    """A dict, with the entries whose keys are literal strings."""

    entries: dict[str, Value]
    others: list[Value] = field(default_factory=list)
    open: bool = False


@dataclass(eq=False, slots=True)
class Scope:
    """The names of a module, function or class body, and of what surrounds it."""

    module: "Module"
    names: dict[str, Value] = field(default_factory=dict)
    outer: "Scope | None" = None
    stars: list[str] = field(default_factory=list)

    def find(self, name: str) -> Value | None:
        """The value of a name, looked up from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def outwards(self) -> Iterator["Scope"]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer


@dataclass(eq=False, slots=True)
class Function(Value):
    """A function of the files given; ``owner`` is the object of a bound method."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    owner: "Instance | None" = None


@dataclass(eq=False, slots=True)
class Class(Value):
    """A class of the files given."""

    node: ast.ClassDef
    scope: Scope
    bases: tuple[Value, ...]

    def methods(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """The methods in this class body."""
        for statement in self.node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                yield statement

    def method(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The method of that name in this class body, if it has one."""
        return next((method for method in self.methods() if method.name == name), None)

    def lineage(self) -> Iterator["Class"]:
        """This class and the bases that the files given define."""
        yield self
        for base in self.bases:
            if isinstance(base, Class):
                yield from base.lineage()

    def outside_bases(self) -> Iterator[str]:
        """Dotted names of the bases that live elsewhere."""
        for base in self.bases:
            if isinstance(base, Class):
                yield from base.outside_bases()
            elif isinstance(base, Name):
                yield base.path


@dataclass(eq=False, slots=True)
class ModuleRef(Value):
    """An imported module of the files given."""

    scope: Scope


@dataclass(eq=False, slots=True)
class Place:
    """Where something was made or happened: which arms and which passes of loops led there."""

    branches: Branches
    loops: tuple["Pass", ...]
    node: ast.AST
    module: "Module"
    index: int


@dataclass(eq=False, slots=True)
class Loop:
    """One loop of the script.

    Attributes:
        node: The ``for``, ``while`` or comprehension.
        over: What it runs over; None for ``while``.
        targets: The names that change with each pass.
        words: All names in its head, for telling epochs from repetitions.
    """

    node: ast.AST
    module: "Module"
    over: Value | None
    targets: tuple[str, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass through a loop; a reader follows the first two."""

    loop: Loop
    number: int


@dataclass(eq=False, slots=True)
class Instance(Value):
    """An object of a class of the files given."""

    cls: Class
    place: Place
    attrs: dict[str, Value] = field(default_factory=dict)

    @property
    def is_sequence(self) -> bool:
        """True for an object that hands batches to ``fit``, as a subclass of ``Sequence`` does."""
        return any(path.endswith((".Sequence", ".PyDataset")) for path in self.cls.outside_bases())


@dataclass(eq=False, slots=True)
class Made(Value):
    """An object of a class that lives elsewhere: a layer, a callback, an optimiser, a scaler."""

    api: str
    args: list[Value]
    kwargs: dict[str, Value]
    place: Place

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """The argument of that name, or at that position."""
        if name in self.kwargs:
            return self.kwargs[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None


@dataclass(eq=False, slots=True)
class Tensor(Value):
    """A symbolic tensor of a functional model."""

    layer: Value | None
    parents: tuple["Value", ...]
    place: Place


@dataclass(eq=False, slots=True)
class Model(Value):
    """A Keras model made by a call: Sequential, functional, loaded, or an application.

    ``api`` is empty for something that the script compiles or fits and whose making cannot be read.
    """

    api: str
    args: list[Value]
    kwargs: dict[str, Value]
    place: Place
    layers: list[tuple[Value, Branches]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Data(Value):
    """Anything else, with the values it was made from.

    Attributes:
        op: How it was made: a dotted function, ``.method``, ``index``, ``split`` and so on.
        parents: What it was made from, the object of a method first.
        role: ``train`` or ``test`` where the source itself says so (a loader, a split).
        hint: The first name it was given in the script.
        detail: Arguments by name, where a rule needs them.
    """

    op: str
    parents: tuple[Value, ...] = ()
    role: Role | None = None
    hint: str = ""
    detail: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Choice(Value):
    """One of several values, depending on decisions that are made when the script runs."""

    arms: list[tuple[Branch, Value]]


PURE_PREFIXES = ("attr:", "unpack:", "cmp:", "binop:", "unary:")
PURE_OPS = {"index", "slice", "len", "builtins.len"}
_DEEPEST_KEY = 12


def key(value: Value | None, depth: int = 0) -> object:  # noqa: PLR0911  (one return for each kind)
    """What a value is made of, so that ``x[test]`` written twice is known to be the same."""
    if value is None:
        return None
    if depth > _DEEPEST_KEY:
        return ("u", value.uid)
    if isinstance(value, Const):
        return ("c", repr(value.value))
    if isinstance(value, Name):
        return ("n", value.path)
    if isinstance(value, Data) and (value.op in PURE_OPS or value.op.startswith(PURE_PREFIXES)):
        return (value.op, *(key(parent, depth + 1) for parent in value.parents))
    if isinstance(value, Items) and not value.open:
        return ("i", *(key(item, depth + 1) for item in value.items))
    return ("u", value.uid)


def parents_of(value: Value) -> tuple[Value, ...]:  # noqa: PLR0911  (one return for each kind)
    """What a value was directly made from."""
    if isinstance(value, Data):
        written = value.detail.get("column")
        return value.parents if written is None else (*value.parents, written)
    if isinstance(value, Tensor):
        return value.parents
    if isinstance(value, Items):
        return (*value.items, *value.parents)
    if isinstance(value, Table):
        return (*value.entries.values(), *value.others)
    if isinstance(value, Choice):
        return tuple(arm for _, arm in value.arms)
    if isinstance(value, Made | Model):
        return (*value.args, *value.kwargs.values())
    if isinstance(value, Instance) and value.is_sequence:
        return tuple(value.attrs.values())
    return ()


def ancestry(value: Value, limit: int = 400) -> Iterator[Value]:
    """The value and everything it was made from, nearest first."""
    seen: set[int] = set()
    queue = [value]
    while queue and len(seen) < limit:
        current = queue.pop(0)
        if current.uid in seen:
            continue
        seen.add(current.uid)
        yield current
        queue.extend(parents_of(current))


def constant(value: Value | None) -> object:
    """The Python value of a literal, else None."""
    return value.value if isinstance(value, Const) else None


def number(value: Value | None) -> float | None:
    """The number that a literal holds, else None."""
    found = constant(value)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def is_const(value: Value | None, expected: object) -> bool:
    """True when the value is exactly this literal."""
    return isinstance(value, Const) and value.value is expected


def arms(value: Value | None) -> list[Value]:
    """The values that a choice may turn out to be; the value itself when there is no choice."""
    if value is None:
        return []
    if isinstance(value, Choice):
        return [inner for _, arm in value.arms for inner in arms(arm)]
    return [value]
