"""What a command reads of a recorded sweep, or of the runs of another tool."""

import shlex
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from seedbed.analysis.answers.chosen_number import choose_number
from seedbed.analysis.answers.inputs.imported.imported_sweep import as_sweep
from seedbed.analysis.answers.inputs.imported.metric_choice import is_share_of_right
from seedbed.analysis.answers.inputs.imported.runs import Runs, check_given, open_runs
from seedbed.analysis.answers.inputs.imported.seed_columns import is_fold_name
from seedbed.analysis.answers.inputs.imported.warnings import runs_without_result, warnings_before
from seedbed.analysis.answers.units import FRACTION, Unit
from seedbed.analysis.findings.attribution_parts import planned_repeats, repeats_sentence
from seedbed.analysis.findings.configurations import Group, count_runs, group_runs, plan_sentence
from seedbed.analysis.findings.counts_and_warnings import (
    environment,
    environment_warnings,
    loss_warnings,
    shared_seeds,
    unrepeatable,
)
from seedbed.analysis.findings.predictions.stacked_predictions import Stack, stack_predictions
from seedbed.analysis.findings.run_findings import Counts
from seedbed.analysis.findings.script.script_runs import (
    arm_sentences,
    arms_of,
    number_sentences,
    with_arms,
)
from seedbed.analysis.findings.search.search_result import result_of
from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.readers import READERS, is_address
from seedbed.tracking.reading.sweep_reader import read_earlier, read_series, read_sweep
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.schema import HEADLINE, SCORE
from seedbed.tracking.store import Store

MOST_EARLIER = 20


@dataclass(frozen=True)
class Recorded:
    """A sweep as a command sees it.

    Attributes:
        sweep: The record.
        groups: Its configurations, in the order of the design.
        counts: The states of its cells.
        first: What must be said before any mean is taken: runs of different environments.
        notes: What else is to be known: runs without a result, repeats, shared seeds.
        of_scripts: Those of them that say which number stands for a script's run.
        progress: Told how far the reading of files is.
        metric: Name of the metric that is the score.
        unit: How scores are written, and which way is better.
        folds: Number of folds, where the runs are those of a cross-validation; else 0.
        is_imported: Whether another tool recorded the runs.
    """

    sweep: SweepRecord
    groups: tuple[Group, ...]
    counts: Counts
    first: tuple[str, ...]
    notes: tuple[str, ...]
    of_scripts: tuple[str, ...] = ()
    progress: Progress = silent
    metric: str = SCORE
    unit: Unit = FRACTION
    folds: int = 0
    is_imported: bool = False

    @property
    def having(self) -> tuple[Group, ...]:
        """The configurations with a run that counts.

        Raises:
            InputError: There is none.
        """
        found = tuple(group for group in self.groups if group.runs)
        if not found:
            said = " ".join(self.notes) or f"It has {len(self.sweep.runs)} runs."
            what = "" if self.is_imported else "the sweep "
            fix = "" if self.is_imported else " Run it again: it starts where it stopped"
            if _has_headline_alone(self.sweep):
                said, name = " ".join(self.of_scripts[:1]), shlex.quote(self.sweep.name)
                fix = f" seedbed spread {name} and seedbed numbers {name} are about that number"
            raise InputError(
                f"{what}{self.sweep.name!r} has no finished run with {self.metric}, so nothing can "
                f"be said. {said}{fix}".removesuffix(".")
            )
        return found

    @property
    def predictions_give_score(self) -> bool:
        """Whether the score is the share of right answers, which predictions tell about."""
        if self.is_imported:
            return is_share_of_right(self.metric)
        return self.metric == SCORE

    def stack(
        self, group: Group, most: int | None = None, *, every: bool = False
    ) -> tuple[Stack | None, list[str]]:
        """The predictions of a configuration's models, and what could not be read.

        Args:
            group: The configuration.
            most: Runs to read at most, the first ones.
            every: Every run, those that repeat a model or share seeds as well (``Group.every``).
        """
        told = partial(self.progress, f"predictions of {group.label}")
        return stack_predictions((group.every if every else group.model_runs)[:most], told)


def read(
    name: str | Runs,
    progress: Progress = silent,
    *,
    whole: bool = False,
    arms: bool = True,
    apart: bool = False,
    headline: bool = False,
) -> Recorded:
    """The newest sweep called ``name``, or runs of another tool.

    Args:
        name: The sweep, runs that are read already, or an address such as ``mlflow:experiment``.
        progress: Told how far the reading is.
        whole: Of a search, with the runs that only chose its configurations.
        arms: Whether the arms of a script become configurations.
        apart: Of another tool's runs, keep configurations apart that differ within an arm.
        headline: Whether a script's headline number counts where it is not an accuracy.

    Raises:
        InputError: No name or runs, no such sweep, or its metric is not a fraction.
        MissingExtraError: What reads a store is not installed.
        StoreError: The store cannot be reached.
    """
    check_given(name)
    if isinstance(name, str) and is_address(name):
        name = open_runs(name, progress=progress)
    if isinstance(name, Runs):
        return imported(name, progress, apart=apart)
    if "/" in name and Path(name).is_dir():
        raise InputError(
            f"{name} is a folder: name the tool that wrote it before a colon, as in "
            f"tensorboard:{name} or csvlogs:{name} (readers: {', '.join(READERS)})"
        )
    store = _opened_store()
    sweep = read_sweep(name, store, progress)
    metric, unit = SCORE, FRACTION
    if headline and _has_headline_alone(sweep):
        sweep, number = choose_number(sweep, None)
        metric, unit = number.metric, number.unit
    return recorded(sweep, progress, whole=whole, arms=arms, metric=metric, unit=unit)


def _has_headline_alone(sweep: SweepRecord) -> bool:
    """Whether every finished run has a number that stands for it, and none an accuracy."""
    runs = sweep.finished
    return (
        bool(runs)
        and all(HEADLINE in run.metrics for run in runs)
        and not any(SCORE in run.metrics for run in runs)
    )


def imported(runs: Runs, progress: Progress = silent, *, apart: bool = False) -> Recorded:
    """Group the runs of another tool; arguments as in ``read``.

    Raises:
        InputError: No runs, or a name that no run has.
    """
    found = as_sweep(runs.given, runs.asked, whole=apart)
    sweep = found.sweep
    groups = group_runs(sweep, found.metric, fraction=False)
    folds = [name for name in sweep.sources if is_fold_name(name)]
    numbers = {run.options[name] for name in folds[:1] for run in sweep.finished}
    return Recorded(
        sweep=sweep,
        groups=groups,
        counts=count_runs(sweep, groups),
        first=warnings_before(found, groups),
        notes=runs_without_result(found),
        progress=progress,
        metric=found.metric,
        unit=found.unit,
        folds=len(numbers),
        is_imported=True,
    )


def _opened_store() -> Store:
    require("mlflow")
    store = Store()
    store.check()
    return store


def earlier_sweeps(found: Recorded, progress: Progress = silent) -> list[Recorded]:
    """The newest earlier sweeps of the same experiment, at most 20; errors as ``read``."""
    sweep = found.sweep
    records = read_earlier(sweep, _opened_store(), MOST_EARLIER, progress)
    return [recorded(one, progress) for one in records]


def read_nights(name: str, progress: Progress = silent) -> list[Recorded]:
    """Every sweep called ``name``, oldest first; arguments and errors as ``read``."""
    store = _opened_store()
    return [recorded(sweep, progress) for sweep in read_series(name, store, progress)]


def recorded(
    sweep: SweepRecord,
    progress: Progress = silent,
    *,
    whole: bool = False,
    arms: bool = True,
    metric: str = SCORE,
    unit: Unit = FRACTION,
) -> Recorded:
    """Group and count the runs of a record; the other arguments as in ``read``.

    Args:
        sweep: The record.
        progress: Told how far the reading is.
        whole: Of a search, with the runs that only chose its configurations.
        arms: Whether the arms of a script are parted.
        metric: Name of the metric that counts; any but the test accuracy may be any number.
        unit: How its values are written.
    """
    of_scripts = [*number_sentences(sweep), *arm_sentences(sweep)]
    parted = with_arms(sweep, metric) if arms else sweep
    record, parts = sweep, arms_of(sweep, parted)
    sweep, about_search = (parted, None) if whole else result_of(parted)
    groups = group_runs(sweep, metric, fraction=metric == SCORE)
    counted = [run for group in groups for run in group.every]
    counts = count_runs(record, groups, of=sweep, arms=parts)
    return Recorded(
        sweep=sweep,
        groups=groups,
        counts=counts,
        first=tuple(environment_warnings(environment(counted), counted, sweep)),
        notes=(
            *filter(None, [about_search, plan_sentence(groups), repeats_sentence(sweep)]),
            *loss_warnings(counts, planned_repeats(sweep)),
            *shared_seeds([group.runs for group in groups], sweep.sources),
            *unrepeatable(counted, sweep.sources),
            *of_scripts,
        ),
        of_scripts=tuple(of_scripts),
        progress=progress,
        metric=metric,
        unit=unit,
    )
