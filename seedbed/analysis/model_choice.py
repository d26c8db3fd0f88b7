"""Which network of a sweep goes into MLflow's registry, and how it is described there.

The choice is made on validation data: first the configuration whose runs have the highest mean
validation score, then its run with the highest one. Both choices are optimistic, so the description
says what to expect of further runs of that configuration.
"""

import re
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from seedbed.analysis.findings.configurations import Group, group_runs
from seedbed.analysis.report.tables import markdown
from seedbed.analysis.statistics.spread import Spread, describe
from seedbed.analysis.wording import count, one_line, percent, span
from seedbed.system.errors import InputError
from seedbed.tracking.model_registry import ModelVersion
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import BEST_EPOCH, SCORE, VAL_ACCURACY, VAL_LOSS

RESERVED = re.compile(r"latest|v\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """The network that stands for a sweep.

    Attributes:
        run: Its run.
        configuration: Its configuration in words.
        validation: Its validation accuracy at the chosen epoch, a fraction.
        spread: Test accuracy of its configuration's runs.
        runs: How many runs it was chosen from.
        configurations: How many configurations they have.
        by: Validation score that decided.
    """

    run: RunRecord
    configuration: str
    validation: float
    spread: Spread
    runs: int
    configurations: int
    by: str


def choose(sweep: SweepRecord) -> Choice:
    """The best run of the best configuration, by validation score.

    Of a search only the runs on fresh seeds are looked at.

    Raises:
        InputError: No run has finished.
    """
    groups = [(group, _candidates(group, sweep)) for group in group_runs(sweep, SCORE)]
    candidates = [(group, runs) for group, runs in groups if runs]
    if not candidates:
        raise InputError(
            f"A sweep must have a finished run to register, but {sweep.name!r} has "
            f"{len(sweep.runs)} runs and none of them: seedbed resume {sweep.name}"
        )
    every = [run for _, runs in candidates for run in runs]
    by = (
        VAL_LOSS if all(run.options.get("choose_by") == VAL_LOSS for run in every) else VAL_ACCURACY
    )
    group, runs = max(candidates, key=lambda pair: fmean(_rank(run, by)[0] for run in pair[1]))
    best = max(runs, key=lambda run: _rank(run, by))
    scores = np.array([run.metrics[SCORE] for run in runs])
    return Choice(
        run=best,
        configuration=group.label,
        validation=_validation(best)[VAL_ACCURACY],
        spread=describe(scores).within(0, 1),
        runs=len(every),
        configurations=len(candidates),
        by=by,
    )


def _candidates(group: Group, sweep: SweepRecord) -> list[RunRecord]:
    fresh = sweep.fresh_seeds
    return [
        run
        for run in group.runs
        if BEST_EPOCH in run.metrics and (not fresh or run.options.get("seed") in fresh)
    ]


def _validation(run: RunRecord) -> dict[str, float]:
    """Validation scores at the epoch that the run chose."""
    history = run.load_history() if run.load_history else {}
    at = int(run.metrics[BEST_EPOCH]) - 1
    return {key: history[key][at] for key in (VAL_ACCURACY, VAL_LOSS)}


def _rank(run: RunRecord, by: str) -> tuple[float, float]:
    scores = _validation(run)
    both = (scores[VAL_ACCURACY], -scores[VAL_LOSS])
    return both if by == VAL_ACCURACY else both[::-1]


def description(choice: Choice, sweep: SweepRecord) -> str:
    """What the registry says of the version, as Markdown."""
    run, spread = choice.run, choice.spread
    lines = [
        f"**{percent(run.metrics[SCORE])} on the test set**: run {markdown(run.name)} of the "
        f"sweep {markdown(sweep.name)} ({markdown(sweep.experiment)}), at the epoch chosen on "
        "validation data.",
        _expected(spread, markdown(choice.configuration)),
        f"Chosen on validation data ({choice.by}): the configuration with the best mean of "
        f"{choice.configurations}, then the best of its {count(spread.n, 'run')}. The best of "
        "several runs is optimistic: most runs like it do not reach its validation accuracy of "
        f"{percent(choice.validation)}, and its test accuracy is one draw from the spread above.",
        f"Fingerprint `{run.fingerprint}`.",
    ]
    return "\n\n".join(lines) + "\n"


def _expected(spread: Spread, configuration: str) -> str:
    if spread.mean.low is None:
        return f"{configuration} has {count(spread.n, 'run')}: no interval can be given."
    return (
        f"{configuration} gives {percent(spread.mean.value)} on average "
        f"(95 % interval {span(spread.mean)}, n = {spread.n}); one more run of it will land at "
        f"{span(spread.next_run)} %."
    )


def checked_name(text: str) -> str:
    """A name for a registered model.

    Raises:
        InputError: It has characters that a URI such as models:/NAME@ALIAS cannot carry.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", text):
        raise InputError(
            "--name must be letters, digits, '_', '-' and '.', at most 100, got "
            f"{one_line(text)!r}: e.g. --name mnist_cnn."
        )
    return text


def checked_alias(text: str) -> str:
    """An alias that MLflow accepts.

    Raises:
        InputError: It has other characters, or is reserved.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", text) or RESERVED.fullmatch(text):
        raise InputError(
            "--alias must be letters, digits, '_' and '-', at most 100, and neither 'latest' nor "
            f"'v' with a number, got {one_line(text)!r}: e.g. --alias champion."
        )
    return text


def shown(choice: Choice, version: ModelVersion) -> str:
    """What was registered, and the command that follows, for a terminal."""
    run = choice.run
    made = "registered" if version.is_new else "was registered before"
    alias = f", alias {version.alias}" if version.alias else ""
    return "\n".join(
        [
            f"{version.name} version {version.version}{alias}: {one_line(run.name, 200)}, "
            f"{percent(run.metrics[SCORE])} on the test set, {made}.",
            f"It is the best of {count(choice.runs, 'run')} on validation data, so it is "
            "optimistic: " + _expected(choice.spread, one_line(choice.configuration, 200)),
            f"Serve it  mlflow models serve -m {version.uri} --env-manager local",
        ]
    )
