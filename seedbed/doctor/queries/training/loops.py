"""What a loop repeats: epochs, runs or folds."""

import ast

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Loop,
    Made,
    ancestry,
    constant,
)

_EPOCH_WORDS = {
    "epoch", "epochs", "n_epochs", "num_epochs", "nb_epoch", "nb_epochs", "max_epochs", "ep",
    "step", "steps", "n_steps", "num_steps", "iteration", "iterations", "batch", "batches",
    "n_batches", "num_batches", "episode", "episodes", "n_epoch", "num_epoch", "total_epochs",
    "training_steps", "stage", "phase", "chunk", "chunks", "num_iterations", "n_iter", "rounds",
    "round", "cycle", "cycles", "episode_count", "max_episodes", "n_episodes", "num_episodes",
}  # fmt: skip


_RUN_WORDS = {
    "seed", "seeds", "run", "runs", "rep", "reps", "repeat", "repeats", "repetition", "trial",
    "trials", "n_runs", "num_runs", "n_repeats", "n_trials", "experiment", "experiments", "fold",
    "folds", "kfold", "kf", "skf", "cv", "n_splits", "n_folds", "num_folds", "k", "n_experiments",
    "random_state", "replicate", "replicates", "attempt", "attempts",
}  # fmt: skip


_FOLD_METHODS = {".split"}
_RANGE = "builtins.range"


def loop_kind(loop: Loop) -> str:  # noqa: PLR0911  (one return for each kind)
    """What a loop repeats: ``folds``, ``runs``, ``values``, ``epochs``, or an empty string.

    ``runs`` needs a name that says so (seed, run, trial …) or a plain ``range`` whose names do
    not speak of epochs, steps or batches.
    """
    words = {word.lower() for word in loop.targets} | set(loop.words)
    over = loop.over
    if over is None:
        return "epochs" if words & _EPOCH_WORDS else ""
    for value in ancestry(over, 30):
        if isinstance(value, Data) and value.op in _FOLD_METHODS:
            maker = value.parents[0] if value.parents else None
            if isinstance(maker, Made) and maker.api.startswith("sklearn."):
                return "folds"
    if words & _EPOCH_WORDS:
        return "epochs"
    if words & _RUN_WORDS:
        return "folds" if words & {"fold", "folds", "kfold", "n_folds", "num_folds"} else "runs"
    if isinstance(over, Items) and any(isinstance(item, Const) for item in over.items):
        return "values"
    if isinstance(over, Data) and over.op == _RANGE:
        return "range"
    return ""


def repetition_kind(loop: Loop) -> str:
    """What a loop repeats whose every pass builds a model, whatever its variable is called.

    Returns:
        ``folds``, ``runs``, ``values`` for a loop over settings, or ``range`` for a counter.
    """
    kind = loop_kind(loop)
    if kind not in {"epochs", ""}:
        return kind
    counts = loop.over is None or (isinstance(loop.over, Data) and loop.over.op == _RANGE)
    return "range" if counts else "values"


def only_counts(loop: Loop) -> bool:
    """True if a loop's variable only counts: it is printed or numbers results, and sets nothing."""
    body = getattr(loop.node, "body", None)
    if not isinstance(loop.over, Data) or loop.over.op != _RANGE or not isinstance(body, list):
        return False
    names = set(loop.targets)
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and node.id in names:
            return False
        if not (isinstance(node, ast.JoinedStr) or _prints(node)):
            waiting.extend(ast.iter_child_nodes(node))
    return True


def _prints(node: ast.AST) -> bool:
    """True for ``print(...)`` and for text that is formatted."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "print"
    return isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "info", "write"}


def epochs_of(fit: Event) -> float | None:
    """The number of epochs of a ``fit`` when it is a literal; 1 when it is not given."""
    given = fit.argument("epochs") or fit.argument("nb_epoch") or fit.argument("epochs", 3)
    if given is None and fit.name == ".fit":
        return 1.0
    found = constant(given)
    return float(found) if isinstance(found, int | float) else None
