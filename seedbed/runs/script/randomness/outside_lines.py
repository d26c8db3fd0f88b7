"""Lines of a script whose result may depend on the clock, the order of files, or hashes of text."""

import ast
from collections.abc import Iterator, Sequence

CLOCKS = frozenset(
    {
        *("time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns"),
        *("process_time", "process_time_ns", "now", "utcnow", "today"),
    }
)
DATES = frozenset({"now", "utcnow", "today"})
IDENTITIES = frozenset({"uuid1", "uuid4"})
LISTINGS = frozenset({"listdir", "scandir", "glob", "iglob", "rglob", "iterdir", "walk", "fwalk"})
SETS = frozenset({"set", "frozenset", "hash"})
SEEDS = frozenset(
    {
        *("int", "hash", "round", "abs", "seed", "set_seed", "set_random_seed", "manual_seed"),
        *("default_rng", "RandomState", "Random", "PRNGKey", "SeedSequence", "SeedGenerator"),
    }
)
"""Calls that a time goes through on its way to being a seed."""
ORDERLESS = frozenset({"sorted", "len", "set", "frozenset", "sum", "min", "max", "any", "all"})
"""Calls that do not depend on the order of what they are given."""
CHANGES = frozenset({"add", "update", "discard", "remove"})
WORDS = frozenset({"str", "format", "print", "repr", "strftime", "localtime", "gmtime", "ctime"})


def clock_seed_lines(text: bytes | str) -> frozenset[int]:
    """Lines, from 1, that make a seed of the time of day, not a duration or a name."""
    return _seed_lines(text, CLOCKS)


def _seed_lines(text: bytes | str, calls: frozenset[str]) -> frozenset[int]:
    found: set[int] = set()
    for node, above in _calls(text):
        if _name(node) in calls and _becomes_seed(above):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(found)


def identity_seed_lines(text: bytes | str) -> frozenset[int]:
    """Lines that make a seed of ``uuid.uuid4()``; most of them make a name."""
    return _seed_lines(text, IDENTITIES)


def has_date_seed(text: bytes | str) -> bool:
    """Whether a line makes a seed of ``datetime.now()``."""
    return bool(_seed_lines(text, DATES))


def listing_lines(text: bytes | str) -> frozenset[int]:
    """Lines that take files in the order in which the system lists them."""
    found: set[int] = set()
    for node, above in _calls(text):
        if _name(node) in LISTINGS and not _is_orderless(above):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(found)


def hash_lines(text: bytes | str) -> list[int]:
    """Lines that make a set, or hash, and do not only count or sort it, in order."""
    found = set()
    nodes = list(_nodes(text))
    harmless = _orderless_names(nodes)
    for node, above in nodes:
        if above and isinstance(above[0], ast.Assign) and _targets(above[0]) <= harmless:
            continue
        makes = isinstance(node, ast.SetComp) or (
            isinstance(node, ast.Set) and not all(_is_number(one) for one in node.elts)
        )
        calls = isinstance(node, ast.Call) and _plain_name(node) in SETS and bool(node.args)
        if (makes or calls) and not _is_orderless(above) and not _is_membership(above):
            found.add(getattr(node, "lineno", 1))
    return sorted(found)


Above = tuple[ast.AST, ...]


def _orderless_names(nodes: Sequence[tuple[ast.AST, Above]]) -> frozenset[str]:
    """Names of which every use sorts or counts what they hold, or asks what is in it."""
    uses: dict[str, bool] = {}
    for node, above in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            orderless = _is_orderless(above) or _is_membership(above) or _is_changed(above)
            uses[node.id] = uses.get(node.id, True) and orderless
    return frozenset(name for name, orderless in uses.items() if orderless)


def _targets(node: ast.Assign) -> frozenset[str]:
    """The names that are assigned to; an empty one stands for any other target."""
    return frozenset(one.id if isinstance(one, ast.Name) else "" for one in node.targets)


def _is_changed(above: Above) -> bool:
    """Whether a method adds to a set or takes away from it."""
    return bool(above) and isinstance(above[0], ast.Attribute) and above[0].attr in CHANGES


def _calls(text: bytes | str) -> Iterator[tuple[ast.Call, Above]]:
    for node, above in _nodes(text):
        if isinstance(node, ast.Call):
            yield node, above


def _nodes(text: bytes | str) -> Iterator[tuple[ast.AST, Above]]:
    """Every node, with those above it up to its statement, the nearest first."""
    waiting: list[tuple[ast.AST, Above]] = [(ast.parse(text), ())]
    while waiting:
        node, above = waiting.pop()
        yield node, above
        for child in ast.iter_child_nodes(node):
            within = () if isinstance(child, ast.stmt) else (node, *above)
            waiting.append((child, within))


def _name(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return _plain_name(node)


def _plain_name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _becomes_seed(above: Above) -> bool:
    for node in above:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Call) and _name(node) in WORDS):
            return False
        if isinstance(node, ast.BinOp) and (
            isinstance(node.op, ast.Sub) or isinstance(node.left, ast.Constant | ast.JoinedStr)
        ):
            return False
    return any(_is_seed(node) for node in above)


def _is_seed(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _name(node) in SEEDS
    if isinstance(node, ast.keyword):
        return node.arg in ("seed", "random_state")
    if isinstance(node, ast.Assign):
        names = [one.id for one in node.targets if isinstance(one, ast.Name)]
        return any("seed" in name.lower() for name in names)
    return False


def _is_orderless(above: Above) -> bool:
    return any(isinstance(node, ast.Call) and _name(node) in ORDERLESS for node in above)


def _is_membership(above: Above) -> bool:
    return bool(above) and isinstance(above[0], ast.Compare)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)
