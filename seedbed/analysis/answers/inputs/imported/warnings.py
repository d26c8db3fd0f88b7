"""What changes the meaning of a verdict on runs of another tool, and which runs do not count."""

from collections import Counter
from collections.abc import Sequence

from seedbed.analysis.answers.inputs.imported.best_epochs import best_epoch_warnings
from seedbed.analysis.answers.inputs.imported.imported_sweep import ImportedSweep
from seedbed.analysis.answers.inputs.imported.seed_columns import is_fold_name
from seedbed.analysis.answers.inputs.imported.training_lengths import (
    is_length_name,
    length_warnings,
)
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import (
    environment,
    environment_warnings,
    score_of,
    seeds_of,
)
from seedbed.analysis.wording import count, listed, one_line
from seedbed.tracking.records import RunRecord


def warnings_before(found: ImportedSweep, groups: Sequence[Group]) -> tuple[str, ...]:
    """What must be read before any verdict on the runs.

    Args:
        found: The runs.
        groups: Their configurations.
    """
    runs = [run for group in groups for run in group.runs]
    return (
        *found.assumed,
        *environment_warnings(environment(runs), runs, found.sweep),
        *_varies_within(found),
        *length_warnings(found, groups),
        *_reused_seeds(found, groups),
        *_folds(found),
        *found.remarks,
        *best_epoch_warnings(found, groups),
        *_no_repeats(found, groups),
        *_still_running(found),
    )


def runs_without_result(found: ImportedSweep) -> tuple[str, ...]:
    """The runs that do not count, by name."""
    notes = []
    for state, words in (("failed", "failed"), ("killed", "was killed"), ("running", "still runs")):
        runs = [run for run in found.sweep.runs if run.state == state]
        if runs:
            plural = words.replace("was", "were").replace("still runs", "still run")
            notes.append(f"{_named(runs)} {words if len(runs) == 1 else plural}: not counted.")
    without = [run for run in found.sweep.finished if score_of(run, found.metric) is None]
    if without:
        notes.append(f"{_named(without)} finished without a finite {found.metric}: not counted.")
    return tuple(notes)


def _named(runs: Sequence[RunRecord]) -> str:
    return f"{count(len(runs), 'run')} ({listed(one_line(run.name, 24) for run in runs)})"


def _varies_within(found: ImportedSweep) -> list[str]:
    """Parameters that differ within an arm, epochs above all."""
    of_arms = set(found.sweep.varied)
    others = [name for name in found.columns.varied if name not in of_arms]
    if not others:
        return []
    training = [name for name in others if is_length_name(name)]
    what = "the length of training differs" if training else "settings differ"
    return [
        f"Within an arm {what}: {listed(one_line(name, 24) for name in others)} varies, and the "
        "spread of an arm includes what that changes; --where keeps one value."
    ]


def _reused_seeds(found: ImportedSweep, groups: Sequence[Group]) -> list[str]:
    sources = found.sweep.sources
    number = 0
    for group in groups if sources else ():
        seeds = [seeds_of(run, sources) for run in group.runs]
        number += len(seeds) - len(set(seeds))
    if not number or len(found.sweep.varied) < len(found.columns.varied):
        return []
    return [
        f"{count(number, 'run')} reused a seed of {'its' if number == 1 else 'their'} own "
        "configuration with another result: something other than the seed changes the score. Of "
        "the runs of one seed only the first can form a pair."
    ]


def _folds(found: ImportedSweep) -> list[str]:
    folds = [name for name in found.columns.seeds if is_fold_name(name)]
    if not folds:
        return []
    return [
        f"{listed(folds)} numbers folds, not seeds: folds share training data, so an interval that "
        "takes them as independent is too narrow. Two arms are compared by the corrected "
        "resampled t (Nadeau–Bengio)."
    ]


def _still_running(found: ImportedSweep) -> list[str]:
    number = sum(run.state == "running" for run in found.sweep.runs)
    if not number:
        return []
    verb = "runs" if number == 1 else "run"
    return [
        f"{count(number, 'run')} still {verb}: a p value holds for one look at the runs, not for a "
        "look after each run that ends."
    ]


def _no_repeats(found: ImportedSweep, groups: Sequence[Group]) -> list[str]:
    names = found.by or found.sweep.varied
    runs = Counter(
        tuple(run.options.get(name) for name in names) for group in groups for run in group.runs
    )
    if len(runs) < 2 or max(runs.values()) > 1:
        return []
    return [
        "Nothing repeats: each configuration ran once, so no difference can be told from chance. "
        "`seedbed repeat train.py --seeds 5` would repeat a training script over seeds."
    ]
