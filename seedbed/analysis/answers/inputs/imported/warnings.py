"""What changes the meaning of a verdict on runs of another tool, and which runs do not count."""

from collections import Counter
from collections.abc import Mapping, Sequence

from seedbed.analysis.answers.inputs.imported.best_epochs import best_epoch_warnings
from seedbed.analysis.answers.inputs.imported.imported_sweep import ImportedSweep
from seedbed.analysis.answers.inputs.imported.runs_of_arms import runs_of_arms
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

WITHOUT_RESULT = {
    "failed": "failed",
    "killed": "was killed",
    "pruned": "was pruned",
    "running": "still runs",
}
"""State of a run that does not count → what it did."""


def warnings_before(found: ImportedSweep, groups: Sequence[Group]) -> tuple[str, ...]:
    """What must be read before any verdict on the runs.

    Args:
        found: The runs.
        groups: Their configurations.
    """
    runs = [run for group in groups for run in group.runs]
    arms = runs_of_arms(found, groups)
    return (
        *found.assumed,
        *environment_warnings(environment(runs), runs, found.sweep),
        *_settings_beside(found, arms),
        *length_warnings(found, arms),
        *_reused_seeds(found, groups),
        *_folds(found),
        *found.remarks,
        *best_epoch_warnings(found, arms),
        *_no_repeats(found, groups),
        *_still_running(found),
    )


def runs_without_result(found: ImportedSweep) -> tuple[str, ...]:
    """The runs that do not count, by name."""
    notes = []
    for state, words in WITHOUT_RESULT.items():
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


def _settings_beside(found: ImportedSweep, arms: Mapping[str, Sequence[RunRecord]]) -> list[str]:
    """Parameters that vary beside those that the user names, epochs above all.

    Nothing of those that have the same values in every arm, if runs of equal values are compared.
    """
    others = list(dict.fromkeys(n for n in found.columns.varied if n not in set(found.by)))
    if not found.by or not others:
        return []
    values = {
        arm: {tuple(run.options.get(name) for name in others) for run in runs}
        for arm, runs in arms.items()
    }
    within = [
        name
        for at, name in enumerate(others)
        if any(len({one[at] for one in of_arm}) > 1 for of_arm in values.values())
    ]
    if not within and len(values) > 1:
        return [
            f"{_what(others)} beside {listed(one_line(name, 24) for name in found.by)}: "
            f"{listed(one_line(name, 24) for name in others)} {_verb('differ', others)} between "
            "the arms, so a difference may come from that."
        ]
    is_apart = set(others) <= set(found.sweep.varied)
    if is_apart and len(values) > 1 and len(set(map(frozenset, values.values()))) == 1:
        return []
    what = _what(within)
    return [
        f"Within an arm {what[0].lower()}{what[1:]}: "
        f"{listed(one_line(name, 24) for name in within)} {_verb('vary', within)}, and the spread "
        "of an arm includes what that changes; --where keeps one value."
    ]


def _verb(verb: str, names: Sequence[str]) -> str:
    return {"vary": "varies"}.get(verb, f"{verb}s") if len(names) == 1 else verb


def _what(names: Sequence[str]) -> str:
    training = any(is_length_name(name) for name in names)
    return "The length of training differs" if training else "Settings differ"


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
        f"{listed(folds)} {_verb('number', folds)} folds, not seeds: folds share training data, so "
        "an interval that takes them as independent is too narrow. Arms paired by fold are "
        "compared by the corrected resampled t (Nadeau–Bengio)."
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
