"""Weights that a loop keeps as the best, and whether a score decides which they are."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Instance, Model, arms, constant
from seedbed.doctor.queries.training.callbacks import callbacks_of
from seedbed.doctor.queries.training.loop_choices import KEEPS
from seedbed.doctor.queries.training.loops import loop_kind
from seedbed.doctor.source.module import Module

BEST = re.compile(r"(?<![a-z])best(?![a-z])", re.IGNORECASE)
_RECORD = re.compile(r"best|max|min|high|low|top|record", re.IGNORECASE)
_ORDERS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
_OTHER_PASSES = {"folds", "runs", "values"}
_EPOCH_METHODS = {"on_epoch_end", "on_epoch_begin"}


@dataclass(frozen=True)
class KeptAsBest:
    """Weights that are kept as the best although no score decides it.

    Attributes:
        event: The call that keeps them.
        why: What decides instead, the rest of a sentence.
        certain: True if no score can decide it.
    """

    event: Event
    why: str
    certain: bool


@dataclass
class _Keep:
    """A call that keeps weights as the best, with the conditions that lead there."""

    event: Event
    called: str
    module: Module
    targets: set[str] = field(default_factory=set)
    tests: list[ast.expr] = field(default_factory=list)
    loops: list[ast.AST] = field(default_factory=list)
    leaves: bool = False
    in_callback: bool = False


def kept_as_best(trace: Trace) -> Iterator[KeptAsBest]:
    """Weights that are kept as the best by a condition that no score meets or fails."""
    kept = [keep for event in trace.calls(*KEEPS) if (keep := _keep(event)) is not None]
    chosen = {keep.called for keep in kept if _verdict(keep) is None}
    told: set[int] = set()
    for keep in kept:
        verdict = _verdict(keep)
        new = id(keep.event.node) not in told
        if verdict is None or keep.called in chosen or not new or not _trains(trace, keep):
            continue
        told.add(id(keep.event.node))
        yield KeptAsBest(keep.event, *verdict)


def _keep(event: Event) -> _Keep | None:
    """The surroundings of a call that keeps something called the best within a loop."""
    module = event.place.module
    called = _called(event, module)
    if not BEST.search(called) or not _of_a_model(event):
        return None
    keep = _Keep(event, called, module)
    node: ast.AST = event.node
    while (parent := module.parents.get(id(node))) is not None:
        if isinstance(parent, ast.If | ast.IfExp) and node is not parent.test:
            keep.tests.append(parent.test)
            keep.leaves |= any(
                isinstance(part, ast.Break | ast.Return) for part in ast.walk(parent)
            )
        elif isinstance(parent, ast.For | ast.AsyncFor | ast.While):
            keep.loops.append(parent)
            if isinstance(parent, ast.While):
                keep.targets |= _counters(parent)
            else:
                keep.targets |= {n.id for n in ast.walk(parent.target) if isinstance(n, ast.Name)}
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if getattr(parent, "name", "") in _EPOCH_METHODS:
                keep.in_callback = True
                keep.targets |= {arg.arg for arg in parent.args.args[1:2]}
            break
        elif isinstance(parent, ast.Try | ast.Match):
            return None
        node = parent
    return keep if keep.loops or keep.in_callback else None


def _of_a_model(event: Event) -> bool:
    """True for a function, and for a method of a model or of a callback's ``self.model``."""
    if event.target is None:
        return True
    return all(
        isinstance(one, Model | Instance) or (isinstance(one, Data) and one.op == "attr:model")
        for one in arms(event.target)
    )


def _called(event: Event, module: Module) -> str:
    """What the weights are called: the file's name, or the variable's."""
    names = [constant(value) for value in [*event.args, *event.kwargs.values()]]
    found = next((name for name in names if isinstance(name, str)), None)
    if found is not None:
        return found
    statement = module.statement_of(event.node)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return ast.unparse(statement.targets[0])
    return ""


def _counters(loop: ast.While) -> set[str]:
    """Names that a ``while`` counts up by a literal."""
    return {
        node.target.id
        for node in ast.walk(loop)
        if isinstance(node, ast.AugAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def _verdict(keep: _Keep) -> tuple[str, bool] | None:
    """Why no score decides, and whether that is certain; None if one may decide."""
    parts = [part for test in keep.tests for part in _parts(test)]
    if not parts:
        return "after every pass, whatever the score", False
    scored = [part for part in parts if not _counts(part, keep.targets)]
    if not scored:
        test = ast.unparse(keep.tests[0])
        return f"if {test}, whatever the score", all(_is_first(part) for part in parts)
    if len(scored) > 1 or keep.leaves:
        return None
    return _never_moved(scored[0], keep)


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _parts(value)
    else:
        yield test


def _counts(test: ast.expr, targets: set[str]) -> bool:
    """True for a condition about the number of the pass, or about nothing."""
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return names <= targets and not any(isinstance(n, ast.Call) for n in ast.walk(test))


def _is_first(test: ast.expr) -> bool:
    """True for ``epoch == 0``, ``not epoch`` and ``True``."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        sides = [test.left, *test.comparators]
        numbers = [side.value for side in sides if isinstance(side, ast.Constant)]
        return isinstance(test.ops[0], ast.Eq) and numbers in ([0], [1])
    return isinstance(test, ast.Constant)


def _never_moved(test: ast.expr, keep: _Keep) -> tuple[str, bool] | None:
    """The verdict on a score that is compared with a number that stays as it is."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    if not isinstance(test.ops[0], _ORDERS):
        return None
    for side in (test.left, test.comparators[0]):
        value = side.operand if isinstance(side, ast.UnaryOp) else side
        if isinstance(value, ast.Constant):
            return f"if {ast.unparse(test)}, which a later and worse pass meets too", False
        if isinstance(side, ast.Name) and _RECORD.search(side.id) and _set_once(side.id, keep):
            return f"although '{side.id}' is never updated: the last pass above it stays", True
    return None


def _set_once(name: str, keep: _Keep) -> bool:
    """True if one plain line before the loop gives a name its value, a number."""
    stores = [
        node
        for node in keep.module.every(ast.Name)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    if len(stores) != 1 or keep.in_callback:
        return False
    statement = keep.module.statement_of(stores[0])
    plain = isinstance(statement, ast.Assign) and _is_number(statement.value)
    return plain and stores[0].lineno < min(getattr(loop, "lineno", 0) for loop in keep.loops)


def _is_number(node: ast.expr) -> bool:
    """True for a literal, ``float("inf")``, ``np.inf`` and the like."""
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    text = ast.unparse(node)
    number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return number or text in {"np.inf", "math.inf", "float('inf')", "float('-inf')", "np.Inf"}


def _trains(trace: Trace, keep: _Keep) -> bool:
    """True if the loop trains one model further from pass to pass, and not by callbacks."""
    if keep.in_callback:
        return True
    nodes = set(map(id, keep.loops))
    for training in trace.trainings():
        around = [step.loop for step in training.loops if id(step.loop.node) in nodes]
        if not around or any(loop_kind(loop) in _OTHER_PASSES for loop in around):
            continue
        models = [one for one in arms(training.target) if isinstance(one, Model | Instance)]
        inside = any(id(step.loop.node) in nodes for model in models for step in model.place.loops)
        by_itself = any(one.argument("restore_best_weights") for one in callbacks_of(training))
        if not inside and not by_itself:
            return True
    return False
