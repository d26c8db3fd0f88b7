"""Which metric is the score, which way is better, and how it is written."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.answers.units import FRACTION, PERCENT, PLAIN, Unit
from seedbed.analysis.findings.metric_limits import limits_of_metric
from seedbed.analysis.statistics.checks import Floats
from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest
from seedbed.tracking.importing.imported_runs import ImportedRun
from seedbed.tracking.importing.score_names import KINDS, is_score_name, words_of
from seedbed.tracking.importing.tools.table_cells import score_of_cell

PARTS = (("test", "eval", "evaluation", "holdout"), ("val", "valid", "validation", "dev"), ())
"""Words of the data that a metric is of, the one first that tells most about new data."""
WORSE = {
    *("loss", "error", "err", "errors", "eer", "hter", "far", "frr", "fpr", "fnr", "wer", "cer"),
    *("mae", "mse", "rmse", "mape", "smape", "rmsle", "nll", "perplexity", "ppl", "fid", "kid"),
    *("brier", "ece", "lpips", "false"),
    *("logloss", "entropy", "crossentropy", "divergence", "kl", "distance", "deviance", "regret"),
    *("duration", "seconds", "latency", "runtime", "cost", "bpc", "bpd", "crossentropyloss"),
}
"""Words of metrics that get worse upwards."""
NEGATIVE = {"neg", "negative", "minus"}
"""Words that turn a metric round: scikit-learn's ``neg_mean_squared_error``."""
BETTER = {"likelihood", "reward", "return", "elbo", "score"}
"""Words of metrics that get better upwards, and worse where they are negative."""
ACCURACY = {"acc", "accuracy", "precision", "recall", "specificity", "sensitivity"}
"""Words of shares that are written in percent."""
NO_SHARE_OF_RIGHT = {"balanced", "top", "top3", "top5", "topk", "k", "train", "training", "gain"}
"""Words of accuracies that are another number than the share of right answers on test data."""
SHARES = {*ACCURACY, "eer", "hter", "far", "frr", "fpr", "fnr"}
SELDOM = {"epoch", "step", "steps", "epochs", "lr", "time", "iteration", "stopped", "restored"}
"""Words of metrics that are no scores."""


def with_metric(runs: Sequence[ImportedRun], asked: str | None) -> list[ImportedRun]:
    """The runs, with the parameter asked for as a metric where it is the score.

    Args:
        runs: The runs.
        asked: Name of a metric, or of a parameter that holds numbers; None to change nothing.
    """
    if asked is None or any(asked in run.metrics for run in runs):
        return list(runs)
    moved = []
    for run in runs:
        number = score_of_cell(run.params.get(asked))
        score = {} if number is None else {asked: number}
        rest = {name: one for name, one in run.params.items() if name != asked}
        moved.append(replace(run, params=rest, metrics={**run.metrics, **score}))
    return moved if any(run.metrics.get(asked) is not None for run in moved) else list(runs)


LEAST_PERCENT = 10
"""An accuracy above it is percent; beside it one up to 1 is a fraction."""
MOST_UNCLEAR = 1.5
"""Accuracies on both sides of 1 and none above this may be fractions gone wrong, or percent."""


def choose_metric(runs: Sequence[ImportedRun], asked: str | None) -> str:
    """The metric asked for, or the one that looks most like a final score.

    Args:
        runs: The runs.
        asked: Name of a metric; None to choose.

    Raises:
        InputError: No run has it, or no run has any.
    """
    finished = [run for run in runs if run.state == "finished"]
    having = Counter(name for run in finished for name in run.metrics)
    if asked is not None:
        if not any(asked in run.metrics for run in runs):
            raise InputError(
                f"--metric must name a metric of the runs, got {asked!r}"
                f"{nearest(asked, sorted(having))}: they have {_some(having)}"
            )
        return asked
    if not having:
        raise InputError(
            f"none of the {len(runs)} runs finished with a metric{_states(runs)}, so there is "
            f"nothing to judge: {_hint(runs)}"
        )
    most = max(having.values())
    common = [name for name, number in having.items() if 2 * number >= most]
    return min(common, key=lambda name: (*_rank(name), -having[name], name))


def _states(runs: Sequence[ImportedRun]) -> str:
    """How many runs ended in which other state: `` (2 failed, 1 running)``."""
    found = Counter(run.state for run in runs if run.state != "finished")
    return f" ({', '.join(f'{number} {state}' for state, number in found.items())})" * bool(found)


def _hint(runs: Sequence[ImportedRun]) -> str:
    """What to do about runs without a metric, by the parameters that may hold one."""
    if all(run.load_curve is not None for run in runs):  # no table, whose columns may hold scores
        return "log the score of each run"
    values = {name: value for run in runs for name, value in run.params.items()}
    text = next((name for name in values if is_score_name(name)), None)
    if text is not None:
        return f"{text} must hold one number per run, got {str(values[text])[:40]!r}"
    numbers = [name for name, value in values.items() if score_of_cell(value) is not None]
    wide = [name for name in numbers if re.fullmatch(r"\d+|.*(seed|run|rep\w*|trial)\D?\d+", name)]
    if len(wide) > 1:
        return (
            f"{', '.join(wide[:4])} look like one column per run, but a table needs one row per "
            "run: pandas' melt makes it"
        )
    fix = "log the score of each run, or name a column of a table with --metric"
    return f"{fix} (columns with numbers: {', '.join(numbers[:6])})" if numbers else fix


def _rank(name: str) -> tuple[int, int, int]:
    words = words_of(name)
    kind = next((i for i, k in enumerate(KINDS) if set(k) & set(words)), len(KINDS))
    if set(words) & SELDOM:
        kind += len(KINDS)
    part = next((i for i, p in enumerate(PARTS) if set(p) & set(words)), len(PARTS) - 1)
    training = int(bool({"train", "training"} & set(words)))
    return part + 3 * training, kind, len(words)


def lower_is_better(name: str) -> bool:
    """Whether a metric of this name gets worse upwards."""
    words = set(words_of(name))
    if words & NEGATIVE and words & (WORSE | BETTER) and "false" not in words:
        return not words & WORSE
    return bool(words & WORSE)


def is_share_of_right(name: str) -> bool:
    """Whether a metric of this name is the share of right answers, which predictions give."""
    words = set(words_of(name))
    return bool(words & {"acc", "accuracy"}) and not words & NO_SHARE_OF_RIGHT


def unit_of_metric(name: str, scores: Floats, *, maximize: bool | None) -> Unit:
    """How a metric is written: shares in percent if they look like it, all others plainly.

    Args:
        name: The metric.
        scores: ``[run]``, finite.
        maximize: Whether higher is better; None: as the name says.

    Raises:
        InputError: An accuracy in percent in some runs and as a fraction in others, or scores of
            which it is not clear.
    """
    lower = lower_is_better(name) if maximize is None else not maximize
    unit = PLAIN
    if set(words_of(name)) & SHARES and scores.size and scores.min() >= 0:
        if scores.max() <= 1:
            unit = FRACTION
        elif scores.max() <= 100:
            unit = PERCENT
            mixed = scores[(scores > 0) & (scores <= 1)]
            is_mixed = mixed.size and set(words_of(name)) & ACCURACY
            if is_mixed and scores.max() <= MOST_UNCLEAR:
                raise InputError(
                    f"{name} must be fractions of at most 1 or percent, got {mixed.min():g} to "
                    f"{scores.max():g}, which may be either: correct them, or leave out those "
                    "above 1 with --where"
                )
            if is_mixed and scores.max() > LEAST_PERCENT:
                raise InputError(
                    f"{name} must be all percent or all fractions, got {mixed[0]:g} beside "
                    f"{scores.max():g}: leave out those of one unit with --where"
                )
    least, most = limits_of_metric(name, scores)
    return Unit(unit.scale, unit.is_accuracy, lower_is_better=lower, least=least, most=most)


def finite_scores(runs: Iterable[ImportedRun], metric: str) -> Floats:
    """``[run]`` the metric of the finished runs that have it as a finite number."""
    found = (run.metrics.get(metric, math.nan) for run in runs if run.state == "finished")
    return np.array([value for value in found if math.isfinite(value)], dtype=np.float64)


def _some(having: Counter[str]) -> str:
    names = [name for name, _ in having.most_common(8)]
    return ", ".join(names) or "none"
