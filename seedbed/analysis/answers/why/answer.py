"""Which source makes a number vary, by how much, and how to pin it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import NO_SCORE, Number
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.sources import sources_of_runs
from seedbed.analysis.answers.why import sentences as say
from seedbed.analysis.answers.why.caveats import caveats
from seedbed.analysis.answers.why.next_command import SCRIPT
from seedbed.analysis.answers.why.runs_needed import runs_needed
from seedbed.analysis.answers.why.source import (
    WhySource,
    free_sources,
    is_plural,
    pinned_sources,
    seed_of_all,
    source_words,
    varying_source,
)
from seedbed.analysis.answers.why.source_sds import sds_of_pairs, sds_of_shares
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.seed_table import NUMERIC, seed_table
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.components import component_shares
from seedbed.analysis.statistics.variance.decompose import Split, split
from seedbed.analysis.statistics.variance.source_bounds import (
    bounded_shares,
    chained_share,
    no_effect,
    pooled_kurtosis,
    with_values,
)
from seedbed.analysis.statistics.variance.sources import SourceShare, clipped
from seedbed.analysis.wording import listed
from seedbed.system.errors import InputError
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.random_records import RandomDraws
from seedbed.tracking.records import RunRecord


def why_of_runs(
    found: Recorded,
    group: Group,
    streams: RandomDraws,
    number: Number,
    *,
    level: float = 0.95,
) -> Answer:
    """Attribute the variation of one configuration to its sources.

    Args:
        found: The sweep, read for the number.
        group: The configuration.
        streams: What drew random numbers.
        number: The number to ask about.
        level: Confidence level.

    Raises:
        InputError: No run has the number.
    """
    every = _scores(group.every, number)
    if not every:
        raise InputError(f"why needs a number of each run, but no run gave {number.words}")
    pinned = pinned_sources(streams)
    if group.bit_identical or len(set(every)) == 1 or not free_sources(streams):
        return _nothing_varies(group, every, pinned, streams, number)
    answer = sources_of_runs(found, group, level=level)
    measure = str(answer.fields["measure"])
    scores = _scores(group.runs, number)  # the others share seeds with these
    sd = float(np.std(scores, ddof=1)) if len(scores) > 1 else None
    parts = _finite(found, group, number)
    same = _same(found, answer, number)
    varying = _sources(found, group, number, answer, streams, sd=sd, level=level)
    needed = runs_needed(
        varying, of_score=measure == "accuracy", runs=len(found.sweep.finished), level=level
    )
    fields = {
        "metric": number.metric,
        "number": number.words,
        "n": len(scores),
        "measure": measure,
        "sd": sd,
        "runs_needed": needed,
        "split": parts,
        "sources": [*varying, *pinned],
        "identical": same,
        "notes": answer.fields.get("notes", []),
    }
    lines = (
        say.headline(varying, number, measure, needed),
        *say.other_shares(varying),
        say.spread(scores, number, parts),
        *say.bits(same, has_weights=answer.fields.get("identical") is not None),
        *say.unresolved(
            varying, needed, asks_predictions=_lacks_predictions(found, group, number, varying)
        ),
        *say.one_seed(varying, None if same is False else seed_of_all(varying, streams)),
        *say.pins(pinned),
        *caveats(found.sweep.runs, streams),
    )
    rows = [(one.source, one.share) for one in varying if one.share is not None]
    shown = {} if rows else {found.sweep.name: np.array(scores)}  # the picture is of the shares
    made = Answer(lines, fields, tuple(rows), scores=shown)
    return _with_table(made, [*varying, *pinned], number)


def _lacks_predictions(
    found: Recorded, group: Group, number: Number, varying: Sequence[WhySource]
) -> bool:
    """Whether the runs could record predictions for a test set and did not.

    Those of a script's Keras networks can, unless the split varies and the test set with it.
    """
    trained = any(run.fingerprint for run in group.every)
    has_split = any("split" in one.source.split("+") for one in varying)
    could = found.sweep.experiment == SCRIPT and trained and not has_split
    recorded = any(run.test_examples is not None for run in group.every)
    return could and number.is_score and not recorded


def varying_sources(answer: Answer) -> list[WhySource]:
    """The sources of an answer that no seed of the script pins, the largest share first."""
    sources = cast("Sequence[WhySource]", answer.fields["sources"])
    return [one for one in sources if not one.pinned_by]


def _of_scores(
    found: Recorded,
    group: Group,
    number: Number,
    known: Mapping[str, Estimate | None],
    level: float,
) -> dict[str, Estimate | None]:
    """Shares of a score's variance, as far as known where the sweep has no attribution plan."""
    parts = plan_parts(found.sweep, found.sweep.runs)
    if parts is None:
        return dict(known)
    every = _scores(parts.everything, number)
    tables = {}
    for source, pairs in parts.radial.items():
        rows = [_scores(pair, number) for pair in pairs]
        table = [row for row in rows if len(row) == 2]
        if source in known and len(table) > 1 and len(set(every)) > 1:
            tables[source] = np.array(table).T
    tails = pooled_kurtosis([changed - base for base, changed in tables.values()])
    of_plan = {
        source: chained_share(base, changed, every, level, tails)
        for source, (base, changed) in tables.items()
    }
    values = component_shares(
        seed_table(group.every, found.sweep.sources), _scores(group.every, number)
    )
    return {**known, **with_values(of_plan, values)}


def _scores(runs: Sequence[RunRecord], number: Number) -> list[float]:
    known = (score_of(run, number.metric) for run in runs)
    return [score for score in known if score is not None]


def _sources(
    found: Recorded,
    group: Group,
    number: Number,
    answer: Answer,
    streams: RandomDraws,
    *,
    sd: float | None,
    level: float,
) -> list[WhySource]:
    every = cast("Sequence[SourceShare]", answer.fields["sources"])
    there = {*streams["sources"], NUMERIC}  # an experiment's record names seeds that draw nothing
    shares = [share for share in every if there & set(share.source.split("+"))]
    known = {share.source: _bounded_zero(share, level) for share in shares}
    if answer.fields["measure"] == "accuracy":
        known = bounded_shares(_of_scores(found, group, number, known, level), {})
        sds = sds_of_shares(known, sd)
    else:
        sds = sds_of_pairs(group.every, found.sweep.sources, number.metric)
    sources = [
        varying_source(replace(share, left=known[share.source]), streams, sds.get(share.source))
        for share in shares
    ]
    return sorted(sources, key=lambda one: -(one.share.value if one.share else -1))


def _bounded_zero(share: SourceShare, level: float) -> Estimate | None:
    """What a source leaves alone; if no two runs disagree, with what so few pairs can exclude."""
    known = share.left is not None and share.left.high is not None
    if share.left is not None and known and share.left.value == 0:
        return no_effect(share.left_pairs, level)
    return clipped(share.left)


def _nothing_varies(
    group: Group,
    scores: Sequence[float],
    pinned: list[WhySource],
    streams: RandomDraws,
    number: Number,
) -> Answer:
    runs = len(group.every) + group.repeats
    hidden: list[str] = []
    if group.bit_identical:
        first = f"Nothing varies: all {runs} runs end with the same weights, bit for bit."
    elif len(set(scores)) > 1:
        first = (
            f"No source can be told apart: the script seeds all that it draws, and yet {runs} runs "
            f"give {len(set(scores))} numbers."
        )
    elif not free_sources(streams) and not pinned:
        level = number.unit.level(scores[0])
        first = (
            f"Nothing varies: this script draws no random numbers, and all {runs} runs give "
            f"{level} ({number.words})."
        )
    elif not free_sources(streams):
        first = f"Nothing that this script draws varies: all of it is pinned ({runs} runs)."
    else:
        level = number.unit.level(scores[0])
        first = f"The number did not vary: all {runs} runs gave {level} ({number.words})."
        hidden = [_hidden(group.every, streams)]
    fields = {
        "metric": number.metric,
        "number": number.words,
        "n": len(scores),
        "measure": None,
        "sd": 0.0,
        "runs_needed": None,
        "split": None,
        "sources": pinned,
        "identical": group.bit_identical or len(set(scores)) == 1,
        "same_weights": group.bit_identical,
        "notes": [],
    }
    told = (first, *hidden, *say.pins(pinned), *caveats(group.every, streams))
    return _with_table(Answer(told, fields, ()), pinned, number)


def _hidden(runs: Sequence[RunRecord], streams: RandomDraws) -> str:
    """What varies although the number does not, and a number that shows it."""
    free = free_sources(streams)
    names = listed(source_words(one) for one in free)
    verb = "vary" if len(free) > 1 or is_plural(free[0]) else "varies"
    weights = len({run.fingerprint for run in runs if run.fingerprint})
    end = ", and the runs end with different weights" if weights > 1 else ""
    values = {key: {run.metrics.get(key) for run in runs} for key in runs[0].metrics}
    shows = [key for key, found in values.items() if len(found) > 1 and not key.endswith(NO_SCORE)]
    shows.sort(key=lambda key: ("loss" not in key, "train" in key))
    ask = f": --metric {shows[0]} shows it" if shows else ""
    return f"{sentence_case(names)} {verb} all the same{end}{ask}."


def _finite(found: Recorded, group: Group, number: Number) -> Split | None:
    if not number.is_score:
        return None
    stack, _ = found.stack(group, None)
    if stack is None or len(stack.positions) < 2:
        return None
    return split(stack.errors)


def _same(found: Recorded, answer: Answer, number: Number) -> bool | None:
    """Whether two runs with equal seeds agree: in their weights, else in their number."""
    known = answer.fields.get("identical")
    by_weights = known if isinstance(known, bool) else None
    parts = plan_parts(found.sweep, found.sweep.runs)
    if by_weights is not None or parts is None or parts.identical is None:
        return by_weights
    one, two = (score_of(run, number.metric) for run in parts.identical)
    return one == two


def _with_table(answer: Answer, sources: Sequence[WhySource], number: Number) -> Answer:
    """The answer; in a terminal the sources stand below it as a table."""
    rows = source_table(sources, number)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]
    return replace(answer, lines=(*answer.sentences, "", *lines)) if sources else answer


def source_table(sources: Sequence[WhySource], number: Number) -> list[tuple[str, ...]]:
    """The sources as rows of a table, below its head.

    Args:
        sources: The sources, those that the script pins included.
        number: What their answer is about.
    """
    head = ("source", "share", "sd", "lines", "to pin it")
    return [head, *(_row(one, number) for one in sources)]


def _row(one: WhySource, number: Number) -> tuple[str, ...]:
    share = "pinned" if one.pinned_by else say.percent(one.share) if one.share else "unknown"
    sd = number.unit.difference(one.sd) if one.sd is not None else ""
    return one.source, share, sd, ", ".join(one.lines), one.pinned_by or one.pin
