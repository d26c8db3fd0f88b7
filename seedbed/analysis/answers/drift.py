"""``drift``: has the mean moved from night to night?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import about
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.findings.counts_and_warnings import environment
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.control_chart import WEIGHT, WIDTH
from seedbed.analysis.statistics.drift import Drift, drift_charts
from seedbed.analysis.wording import listed
from seedbed.system.errors import InputError


def drift_of_nights(
    series: Mapping[str, Floats],
    *,
    baseline: int = 2,
    weight: float = WEIGHT,
    width: float = WIDTH,
    same_bits: Collection[str] = (),
) -> Answer:
    """Chart one or several series of nights.

    Args:
        series: Name → ``[night]`` means, oldest first.
        baseline: Nights before charting begins.
        weight: λ of the EWMA.
        width: L, in sd of the EWMA.
        same_bits: Names of the series whose nights with equal means are equal bit for bit.
    """
    charts = drift_charts(
        series, baseline=baseline, weight=weight, width=width, same_bits=same_bits
    )
    moved = {name: chart for name, chart in charts.items() if chart.alarm is not None}
    first = min(moved.items(), key=lambda pair: pair[1].alarm or 0, default=None)
    fields: dict[str, object] = {}
    rows: list[tuple[str, object]] = []
    for name, chart in charts.items():
        prefix = f"{name}: " if len(charts) > 1 else ""
        rows += [(f"{prefix}alarm", chart.alarm), (f"{prefix}verdict", chart.verdict)]
        for night, q, ewma, limit in zip(
            chart.nights, chart.q, chart.ewma, chart.limit, strict=True
        ):
            at = f"{prefix}night {night}"
            rows += [(f"{at} q", q), (f"{at} ewma", ewma), (f"{at} limit", limit)]
    if len(charts) == 1:
        (only,) = charts.values()
        fields = dict(vars(only))
    else:
        fields["alarm"] = first[1].alarm if first else None
        fields["charts"] = charts
    sentences = _sentences(charts)
    verdicts = ("different", "drift") if moved else ("undecided",)
    return Answer(sentences, fields, tuple(rows), verdicts, charts=charts)


def _sentences(charts: Mapping[str, Drift]) -> tuple[str, ...]:
    lines = []
    for name, chart in sorted(charts.items(), key=lambda pair: pair[1].alarm or 10**9):
        lead = "Drift" if chart.alarm is not None else "No alarm"
        of = f" in {name}" if len(charts) > 1 else ""
        reason = chart.verdict.reason
        lines.append(f"{lead}{of}: {reason}.")
        if chart.ewma and chart.alarm is None and not chart.identical:
            last, limit = chart.ewma[-1], chart.limit[-1]
            lines.append(f"The moving mean is at {last:.3g} sd; its limits are ±{limit:.3g}.")
    return tuple(lines)


def drift_of_sweeps(
    nights: Sequence[Recorded],
    *,
    baseline: int = 2,
    weight: float = WEIGHT,
    width: float = WIDTH,
) -> Answer:
    """Chart the nightly means of every configuration of the sweeps of one name.

    Args:
        nights: The sweeps, oldest first.
        baseline: Nights before charting begins.
        weight: λ of the EWMA.
        width: L, in sd of the EWMA.

    Raises:
        InputError: No configuration has a result in every night that has results.
    """
    name = nights[0].sweep.name
    means = [
        {group.label: float(group.scores.mean()) for group in night.groups if group.runs}
        for night in nights
    ]
    notes = [
        f"Night {number} has no finished run and is left out."
        for number, found in enumerate(means, start=1)
        if not found
    ]
    having = [night for night, found in zip(nights, means, strict=True) if found]
    means = [found for found in means if found]
    if not means:
        raise InputError(f"none of the {len(nights)} sweeps called {name!r} has a finished run")
    everywhere = [label for label in means[-1] if all(label in found for found in means)]
    seen = {label for found in means for label in found}
    notes += [
        f"{label} has no result in some night, so it is not charted."
        for label in sorted(seen - set(everywhere))
    ]
    if not everywhere:
        raise InputError(f"no configuration of {name!r} has a result in every night")
    series = {label: np.array([found[label] for found in means]) for label in everywhere}
    equal = [label for label in everywhere if _equal_bits(label, series[label], having)]
    if len(series) == 1:
        series = {"the mean": series[everywhere[0]]}
        equal = ["the mean"] if equal else []
    answer = drift_of_nights(series, baseline=baseline, weight=weight, width=width, same_bits=equal)
    before = [f"Between nights: {line}" for line in between_nights(nights)]
    lost = [
        f"Night {number}: {note}"
        for number, night in enumerate(nights, start=1)
        for note in (*night.first, *night.notes)
    ]
    newest = about(nights[-1])
    fields = {**answer.fields, "sweep": newest, "notes": [*before, *notes, *lost]}
    sentences = (*answer.sentences, *notes, *lost)
    return replace(answer, before=tuple(before), sentences=sentences, fields=fields)


def _equal_bits(label: str, means: Floats, nights: Sequence[Recorded]) -> bool:
    """Whether the nights that score as the first one did ended with the first one's weights."""
    weights = []
    for mean, night in zip(means, nights, strict=True):
        runs = next(group for group in night.groups if group.label == label).every
        if mean == means[0]:
            weights.append(sorted(run.fingerprint or "" for run in runs))
    return all(found == weights[0] and "" not in found for found in weights)


def between_nights(nights: Sequence[Recorded]) -> list[str]:
    """What the environments of the nights differ in, as one sentence; empty where they agree."""
    runs = [run for night in nights for group in night.groups for run in group.runs]
    differing = [setting.name for setting in environment(runs) if setting.differs]
    if not differing:
        return []
    return [f"the environments differ in {listed(differing)}, so a drift may come from there."]
