"""Whether a claim's cells, trained again, give the same bits, the same distribution, or neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.claims.claim import Claim, ClaimCell
from seedbed.analysis.answers.environment_change import environment_changes
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.replication import ReplicationTest, compare_places
from seedbed.analysis.wording import count, listed, one_line
from seedbed.tracking.records import RunRecord

Outcome = Literal["same bits", "same distribution", "neither"]


@dataclass(frozen=True)
class Replica:
    """A claim's cell and the run that was to repeat it.

    Attributes:
        arm: The claim's arm.
        claimed: The cell as the claim has it.
        run: The run here; None if it has no result.
        same_cell: Whether experiment, options and seeds have the claim's identity.
    """

    arm: str
    claimed: ClaimCell
    run: RunRecord | None
    same_cell: bool

    @property
    def same_bits(self) -> bool:
        """Whether the run ended with the claim's weights."""
        print_of = self.claimed.get("fingerprint")
        return self.run is not None and print_of is not None and print_of == self.run.fingerprint


def replication_answer(claim: Claim, replicas: Sequence[Replica], level: float = 0.95) -> Answer:
    """What training a claim's cells again shows.

    Args:
        claim: The claim.
        replicas: The cells that were tried, with their runs.
        level: Confidence level.

    Returns:
        The answer; its only verdict is one of ``Outcome``.
    """
    metric = str(claim["score"]["metric"])
    done = [one for one in replicas if _score(one, metric) is not None]
    equal = [one for one in done if one.same_bits]
    test = _tested(claim, done, metric, level) if len(equal) < len(replicas) and done else None
    outcome = _outcome(replicas, done, equal, test)
    changes = environment_changes(
        claim["environment"], [one.run.environment for one in done if one.run is not None]
    )
    changed = dict(changes.differing)
    if any(not one.same_cell for one in replicas):
        changed["code"] = listed(
            ["the experiment's file or its options", *filter(None, [changed.get("code")])]
        )
    unchecked = [*_unchecked(claim, replicas, done), *changes.unknown]
    sentences = [_headline(outcome, replicas, equal, test)]
    if test is not None:
        sentences += _arms(claim, test, done, metric)
    sentences += _same_scores(done, metric)
    sentences.append(_what_differs(changed))
    sentences.append(f"Not checked: {'; '.join(unchecked)}." if unchecked else "All was checked.")
    return Answer(
        tuple(sentences),
        {
            "outcome": outcome,
            "cells": [_fields(one, metric) for one in replicas],
            "test": test,
            "differs": changed,
            "not_checked": unchecked,
        },
        tuple(test.differences.items()) if test is not None else (),
        (outcome,),
    )


def _outcome(
    replicas: Sequence[Replica],
    done: Sequence[Replica],
    equal: Sequence[Replica],
    test: ReplicationTest | None,
) -> Outcome:
    if replicas and len(equal) == len(replicas):
        return "same bits"
    if len(done) < len(replicas) or test is None or not test.is_same:
        return "neither"
    return "same distribution"


def _score(one: Replica, metric: str) -> float | None:
    if one.run is None or one.run.state != "finished":
        return None
    return score_of(one.run, metric)


def _tested(claim: Claim, done: Sequence[Replica], metric: str, level: float) -> ReplicationTest:
    first = {name: _numbers([c["score"] for c in cells]) for name, cells in claim["arms"].items()}
    again = {
        name: _numbers([_score(one, metric) for one in done if one.arm == name]) for name in first
    }
    size = claim["terms"].get("test_size")
    return compare_places(first, again, level, step=1 / size if size else 0.0)


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array(values, dtype=np.float64)


def _headline(
    outcome: Outcome,
    replicas: Sequence[Replica],
    equal: Sequence[Replica],
    test: ReplicationTest | None,
) -> str:
    cells = count(len(replicas), "cell")
    if outcome == "same bits":
        return f"Same bits: {cells} trained here, each with the weights of the claim."
    bits = f"{len(equal)} of {cells} ended with the weights of the claim"
    if test is None:
        return f"Neither the same bits nor the same distribution: {bits}, none has a score."
    p = "the scores have no spread" if test.p is None else f"p = {test.p:.2g}"
    if outcome == "same distribution":
        return (
            f"Same distribution: {bits}, and the scores here cannot be told from the claim's "
            f"({test.method}: {p})."
        )
    missing = sum(one.run is None or one.run.state != "finished" for one in replicas)
    if test.is_same and missing:
        return f"Neither: {bits}, and {count(missing, 'cell')} gave no result."
    return f"Neither the same bits nor the same distribution: {bits} ({test.method}: {p})."


def _arms(claim: Claim, test: ReplicationTest, done: Sequence[Replica], metric: str) -> list[str]:
    score = claim["score"]
    unit = Unit(score["scale"], score["is_accuracy"], score["lower_is_better"])
    lines = []
    for name, difference in test.differences.items():
        first = _numbers([cell["score"] for cell in claim["arms"][name]])
        here = _numbers([_score(one, metric) for one in done if one.arm == name])
        lines.append(
            f"{one_line(name, 60)}: {unit.level(float(here.mean()))} here ({here.size}), "
            f"{unit.level(float(first.mean()))} in the claim ({first.size}): "
            f"{unit.signed(difference.value)} ({unit.interval(difference)})."
        )
    return lines


def _same_scores(done: Sequence[Replica], metric: str) -> list[str]:
    """How many cells without a claimed fingerprint gave the claim's score exactly."""
    bare = [one for one in done if one.claimed.get("fingerprint") is None]
    same = sum(_score(one, metric) == one.claimed.get("score") for one in bare)
    if not bare:
        return []
    return [f"{same} of {count(len(bare), 'cell')} gave the claim's score to the last digit."]


def _what_differs(changed: Mapping[str, str]) -> str:
    if not changed:
        return "Data, code, versions and processor are those of the claim, as far as recorded."
    return f"What differs: {'; '.join(f'{kind}: {words}' for kind, words in changed.items())}."


def _unchecked(claim: Claim, replicas: Sequence[Replica], done: Sequence[Replica]) -> list[str]:
    total = sum(len(cells) for cells in claim["arms"].values())
    lines = []
    if len(replicas) < total:
        lines.append(f"{total - len(replicas)} of the claim's {total} cells, which were not tried")
    if len(done) < len(replicas):
        lines.append(f"{count(len(replicas) - len(done), 'cell')} that gave no result here")
    unprinted = sum(one.claimed.get("fingerprint") is None for one in replicas)
    if unprinted:
        lines.append(f"the bits of {count(unprinted, 'cell')}, whose fingerprint is not claimed")
    return lines


def _fields(one: Replica, metric: str) -> dict[str, object]:
    return {
        "arm": one.arm,
        "seeds": one.claimed.get("seeds"),
        "claimed": one.claimed.get("score"),
        "here": _score(one, metric),
        "same_bits": one.same_bits,
        "run": one.run.run_id if one.run is not None else None,
    }
