"""What a loop repeats: epochs, runs or folds."""

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
    if isinstance(over, Data) and over.op == "builtins.range":
        return "range"
    return ""


def epochs_of(fit: Event) -> float | None:
    """The number of epochs of a ``fit`` when it is a literal; 1 when it is not given."""
    given = fit.argument("epochs") or fit.argument("nb_epoch") or fit.argument("epochs", 3)
    if given is None and fit.name == ".fit":
        return 1.0
    found = constant(given)
    return float(found) if isinstance(found, int | float) else None
