"""What a script's runs say of themselves: which number stands for them, their rounds and arms."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from seedbed.analysis.findings.script.arm_options import arm_options, first_fits
from seedbed.analysis.wording import count, fixed, label, listed
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import HEADLINE, RANK_FIRST, SCORE, script_metric

PERCENT = 100
MOST_SENTENCES = 8
SAME_STEPS = 1.02
"""Ratio of two numbers of update steps up to which they are alike."""

FIT = re.compile(r"fit\d+_")
"""How the metrics of a later ``fit`` begin."""

SHOWN = 3
"""Differing settings that are named."""


def number_sentences(sweep: SweepRecord) -> list[str]:
    """Which number stands for a run, and what it is made of; empty unless scripts were run.

    Args:
        sweep: The sweep as recorded, arms not yet parted.
    """
    runs = [run for run in sweep.finished if _number(run).get("is")]
    if not runs:
        return []
    kinds = Counter(str(_number(run)["is"]) for run in runs)
    (name, most), *others = kinds.most_common()
    metric, why = _number(runs[0]).get("metric", SCORE), _number(runs[0]).get("why", "")
    unnamed = metric == HEADLINE  # a name of ours, not the script's
    it, named = ("it", "") if unnamed else (metric, f", {metric},")
    if not others:
        said = [f"The number of a run{named} is {name}: {why}."]
    else:
        rest = listed(f"{other} in {number}" for other, number in others[:SHOWN])
        said = [
            f"The runs do not have one number: {it} is {name} in {most} of "
            f"{count(len(runs), 'run')}, {rest}. Name one with --metric to compare them."
        ]
    return [*said, *_rounds(runs), *_other_orders(runs), *_test_sets(runs), *_stories(runs)]


def _number(run: RunRecord) -> Mapping[str, Any]:
    found = run.script.get("number", {})
    return found if isinstance(found, dict) else {}


def _rounds(runs: Sequence[RunRecord]) -> list[str]:
    """The spread within a run, beside that of the runs' means."""
    tables = [run.script["rounds"] for run in runs if len(run.script.get("rounds", ())) > 1]
    if not tables:
        return []
    within = float(np.sqrt(np.mean([np.var(table, ddof=1) for table in tables])))
    means = [float(np.mean(table)) for table in tables]
    said = f"The standard deviation is {_width(within, runs)} between the rounds of a run"
    if len(means) > 1:
        between = _width(float(np.std(means, ddof=1)), runs)
        said += f", and {between} between the means of {count(len(means), 'run')}"
    dependent = next((str(run.script["dependent"]) for run in runs if run.script["dependent"]), "")
    said += "; only runs count as n"
    return [f"{said}, because {dependent}." if dependent else f"{said}."]


def _width(value: float, runs: Sequence[RunRecord]) -> str:
    if _number(runs[0]).get("metric") == SCORE:
        return f"{fixed(PERCENT * value)} points"
    return f"{value:.3g}"


def _stories(runs: Sequence[RunRecord]) -> list[str]:
    """What happened in the script; what is so in some runs only says in how many."""
    return [
        f"{one.text}." if one.runs == len(runs) else f"{one.text} ({one.where(len(runs))})."
        for one in told_by_runs(runs)
    ][:MOST_SENTENCES]


@dataclass(frozen=True)
class Told:
    """A sentence that runs tell of their script.

    Attributes:
        text: It, without a full stop, with the means of its values over the runs.
        rank: How much it tells of why the numbers are as they are, from 1; 0 for nothing.
        runs: How many runs tell it.
        alternative: The other course that shows what it does; ``none`` where there is none.
        line: Where the other course parts.
    """

    text: str
    rank: int
    runs: int
    alternative: str = "none"
    line: str = ""

    def where(self, of: int) -> str:
        """``in 2 of 5 runs``."""
        return f"in {self.runs} of {count(of, 'run')}"


def told_by_runs(runs: Sequence[RunRecord]) -> list[Told]:
    """The sentences that the runs tell, in the order of the script."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        for one in run.script.get("story", ()):
            if isinstance(one, dict):
                found.setdefault(str(one["text"]), []).append(one)
            else:  # as runs were recorded before
                found.setdefault(str(one).removesuffix("."), []).append({})
    return [_told(text, ones) for text, ones in found.items()]


def _told(text: str, ones: Sequence[Mapping[str, Any]]) -> Told:
    for name in ones[0].get("values", {}):
        mean = float(np.mean([one["values"][name] for one in ones]))
        shown = _shown(name, mean)
        text = text.replace(f"{{{name}}}", shown)
    one = ones[0]
    course = str(one.get("alternative", "none")), str(one.get("line", ""))
    return Told(text, max(int(each.get("rank", 0)) for each in ones), len(ones), *course)


def _shown(name: str, value: float) -> str:
    """A value by its name: ``percent_1``, ``points_1`` or ``number_1``."""
    if name.startswith("percent"):
        return f"{PERCENT * value:.3g} %"
    return f"{PERCENT * value:.2g} points" if name.startswith("points") else f"{value:.4g}"


def timeline_of(sweep: SweepRecord) -> list[str]:
    """What the script did, step by step, as the first finished run tells it."""
    runs = [run for run in sweep.finished if run.script.get("timeline")]
    return [str(line) for line in runs[0].script["timeline"]] if runs else []


def other_order(runs: Sequence[RunRecord]) -> Told | None:
    """That predictions are compared with labels in another order; None unless runs tell it."""
    told = [run.script["other_order"] for run in runs if run.script.get("other_order")]
    if not told:
        return None
    given, own = (float(np.mean([one[place] for one in told])) for place in (1, 2))
    text = (
        f"Predictions and labels agree in another order: {own:.2f}, not {given:.2f} as "
        f"{told[0][0]} computes it (means over {count(len(told), 'run')})"
    )
    return Told(text, RANK_FIRST, len(told))


def _other_orders(runs: Sequence[RunRecord]) -> list[str]:
    told = other_order(runs)
    return [f"{told.text}. Read both in one pass, or without shuffling."] if told else []


def _test_sets(runs: Sequence[RunRecord]) -> list[str]:
    """A test set that changes from run to run."""
    rows = _kinds_of_rows(runs)
    if rows < 2:
        return []
    changes = f"{rows} different ones in {count(len(runs), 'run')}"
    apart = "runs do not share a test set"
    splits = _listed_of(runs, "unseeded_splits")
    seeds = _listed_of(runs, "data_seeds")
    name = "validation" if "last val_" in str(_number(runs[0]).get("is")) else "test"
    if not splits and seeds:
        return [
            f"The {name} set changes from run to run: {changes}, where the script draws it from "
            f"{seeds}, {_follows(seeds)} the run's. So the spread includes that of the data, and "
            f"{apart}; to keep it fixed, read the data from a file, or repeat with --keep-seeds."
        ]
    if splits:
        return [
            f"The {name} set changes from run to run, drawn without a seed in {splits}: {changes}. "
            f"So the spread includes that of the split, and {apart}; to keep it fixed, give the "
            "split a seed (random_state=)."
        ]
    return [
        f"The {name} set changes from run to run: {changes}. So the spread includes that of the "
        f"data, and {apart}; to keep it fixed, give what draws or splits the data a seed."
    ]


def rows_change(runs: Sequence[RunRecord]) -> str:
    """``change from run to run``, with the lines that draw them; empty if they stay."""
    if _kinds_of_rows(runs) < 2:
        return ""
    said = "change from run to run"
    if splits := _listed_of(runs, "unseeded_splits"):
        return f"{said}, split without a seed in {splits}"
    if seeds := _listed_of(runs, "data_seeds"):
        return f"{said}, drawn from {seeds}, {_follows(seeds)} the run's"
    return said


def _follows(seeds: str) -> str:
    return "seeds that follow" if " and " in seeds else "a seed that follows"


def _kinds_of_rows(runs: Sequence[RunRecord]) -> int:
    """How many different sets of rows score the runs."""
    return len({str(run.script["test_rows"]) for run in runs if run.script.get("test_rows")})


def _listed_of(runs: Sequence[RunRecord], key: str) -> str:
    """What the runs' summaries list under a key, each once, as words; empty if they list none."""
    found = dict.fromkeys(str(one) for run in runs for one in run.script.get(key, ()))
    return listed(list(found)[:SHOWN]) if found else ""


def with_arms(sweep: SweepRecord, metric: str = SCORE) -> SweepRecord:
    """The sweep with each arm of a script as a configuration, paired by the runs' seeds.

    Args:
        sweep: The sweep as recorded; left alone unless every finished run has the same arms.
        metric: The metric that the arms' numbers become.
    """
    if sweep.plan is not None:  # its cells have parts of their own
        return sweep
    tables = [run.script.get("arms", []) for run in sweep.finished]
    names = {tuple(str(arm["name"]) for arm in arms) for arms in tables}
    if len(names) != 1 or not tables[0]:
        return sweep
    options = arm_options(tables[0])
    runs = [part for run in sweep.runs for part in _parted(run, options, metric)]
    return replace(
        sweep,
        varied=(*sweep.varied, *dict.fromkeys(name for one in options for name in one)),
        planned=sweep.planned * len(options),
        runs=tuple(runs),
    )


def arms_of(recorded: SweepRecord, parted: SweepRecord) -> int:
    """Into how many parts ``with_arms`` parted each run; 1 if it did not."""
    return len(parted.runs) // max(len(recorded.runs), 1) or 1


def arm_sentences(sweep: SweepRecord) -> list[str]:
    """That arms of one script are compared, and in what they differ beside their name."""
    if with_arms(sweep) is sweep:
        return []
    tables = [run.script.get("arms", []) for run in sweep.finished]
    names = [str(arm["name"]) for arm in tables[0]]
    said = [f"Each run trains {listed(names)} in one process; they are paired within each run."]
    differs = [name for name in tables[0][0]["differs"] if not name.startswith("layer ")]
    steps = [int(arm.get("steps", 0)) for arm in tables[0]]
    if len(differs) > 1:
        said.append(
            f"They differ in more than one thing ({listed(differs[:SHOWN])}), so the difference "
            "cannot be attributed to one of them."
        )
    if all(steps) and max(steps) > SAME_STEPS * min(steps):
        said.append(
            f"They differ in the number of update steps as well: "
            f"{listed((f'{one:,}' for one in steps), last='against')}."
        )
    return said


def _parted(run: RunRecord, options: Sequence[dict[str, object]], metric: str) -> list[RunRecord]:
    """One record for each arm of a run."""
    arms = run.script.get("arms", [])
    parted = []
    for place, own in enumerate(options):
        metrics = dict(run.metrics)
        if arms:
            values = arms[place]["values"]
            metrics = {metric: sum(values) / len(values)}
        said = label(tuple(own.items()))
        parted.append(
            replace(
                run,
                name=f"{run.name} {said}",
                options={**run.options, **own},
                metrics=metrics,
                cell=f"{run.cell} {said}",
                fingerprint=run.fingerprint and f"{run.fingerprint} {said}",  # of all its networks
                load_predictions=None,
                load_history=_history_of(run, place),
                test_examples=None,
            )
        )
    return parted


def _history_of(run: RunRecord, place: int) -> Callable[[], Mapping[str, list[float]]] | None:
    """Reads the epochs of an arm's own ``fit``; None unless each training is one."""
    fits = first_fits(run.script.get("groups"), run.metrics)
    if run.load_history is None or place >= len(fits):
        return None
    return partial(_epochs_of, run.load_history, fits[place])


def _epochs_of(load: Callable[[], Mapping[str, list[float]]], fit: int) -> dict[str, list[float]]:
    """Metric by its plain name → value per epoch, of one ``fit``."""
    found, prefix = load(), f"fit{fit}_"
    if fit == 1:
        return {name: series for name, series in found.items() if not FIT.match(name)}
    return {
        script_metric(1, name.removeprefix(prefix)): series
        for name, series in found.items()
        if name.startswith(prefix)
    }
