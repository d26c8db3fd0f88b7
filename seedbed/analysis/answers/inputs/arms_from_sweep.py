"""The arms of a comparison, from a recorded sweep: one per value of an option, matched by seed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.findings.counts_and_warnings import score_of, seeds_of
from seedbed.analysis.findings.predictions.stacked_predictions import stack_predictions
from seedbed.analysis.findings.seed_matching import LaterRun, match_seeds
from seedbed.analysis.statistics.arms.equal_weights import own_models
from seedbed.analysis.statistics.arms.new_data import TTest, compare_on_new_data, mcnemar
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.wording import label, listed
from seedbed.system.errors import InputError
from seedbed.tracking.records import RunRecord

Key = tuple[object, ...]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """What the runs of one arm got right.

    Attributes:
        positions: ``[run]`` index of each among the arm's runs.
        example_ids: ``[example]``.
        correct: ``[run, example]``.
    """

    positions: tuple[int, ...]
    example_ids: npt.NDArray[np.int64]
    correct: Bools


@dataclass(frozen=True)
class SweepArms:
    """The arms of a comparison.

    Attributes:
        runs: Name → runs with a result; in the same order of seeds when paired.
        scores: Name → ``[run]`` scores, nan where the run failed; when paired, of
            every seed that all arms tried, in one order.
        paired: Whether runs of equal seeds (and equal other options) are compared in pairs.
        notes: What was left out, in words.
        has_answers: Whether predictions tell about the score: it is the share of right answers.
        stuck: Names of the arms whose seeds change nothing: several runs, one model.
    """

    runs: dict[str, tuple[RunRecord, ...]]
    scores: dict[str, Floats]
    paired: bool
    notes: tuple[str, ...]
    has_answers: bool = True
    stuck: Collection[str] = ()
    _answers: dict[str, Answers | None] = field(default_factory=dict)

    @property
    def test_size(self) -> int | None:
        """Examples in the test set, where it is known and the same in every arm."""
        sizes: set[int | None] = set()
        for name, runs in self.runs.items():
            answers = self.answers(name)
            noted = {run.test_examples for run in runs} if self.has_answers else {None}
            sizes |= noted if answers is None else {answers.example_ids.size}
        return sizes.pop() if len(sizes) == 1 else None

    def same_weights(self, first: str, second: str) -> bool:
        """Whether both runs of every pair ended with the same weights."""
        a, b = ([run.fingerprint for run in self.runs[name]] for name in (first, second))
        return self.paired and a == b and None not in a

    def answers(self, name: str) -> Answers | None:
        """What an arm's runs got right, read once; None where no run has readable predictions."""
        if not self.has_answers:
            return None
        if name not in self._answers:
            stack, _ = stack_predictions(self.runs[name])
            self._answers[name] = (
                None
                if stack is None
                else Answers(stack.positions, stack.example_ids, ~stack.errors)
            )
        return self._answers[name]

    def on_new_data(self, first: str, second: str, level: float) -> TTest | None:
        """The comparison for new seeds on new examples; None where predictions do not allow it."""
        both = self._alike(first, second)
        if both is None:
            return None
        a, b = both
        whole = a.shape[0] == len(self.runs[first]) and b.shape[0] == len(self.runs[second])
        if min(a.shape[0], b.shape[0]) < 2 or (self.paired and not whole):
            return None
        return compare_on_new_data(a, b, paired=self.paired, level=level)

    def two_models(self, first: str, second: str) -> float | None:
        """McNemar's p of two trained models; None unless each arm is one run with predictions."""
        both = self._alike(first, second) if self._single(first, second) else None
        return None if both is None else mcnemar(~both[0][0], ~both[1][0])

    def _single(self, first: str, second: str) -> bool:
        return len(self.runs[first]) == len(self.runs[second]) == 1

    def _alike(self, first: str, second: str) -> tuple[Bools, Bools] | None:
        """``[run, example]`` of both arms, where they answered the same examples."""
        a, b = self.answers(first), self.answers(second)
        if a is None or b is None or not np.array_equal(a.example_ids, b.example_ids):
            return None
        return a.correct, b.correct


def sweep_arms(found: Recorded, by: str | None, paired: bool | None) -> SweepArms:
    """Divide the runs of a sweep into arms and match them.

    Args:
        found: The sweep.
        by: The option whose values make the arms; None: the configurations themselves.
        paired: As ``match_seeds`` takes it.

    Raises:
        InputError: No such option, one value only, an arm without a result, or nothing to pair by.
    """
    every, without_result = _members(found, by)
    every, empty = _with_result(every, found, by)
    members, repeated = _counted_once(every, found.metric)
    done = {
        name: [key for key, run in arm.items() if _finished(run, found.metric)]
        for name, arm in members.items()
    }
    failed = {name: set(arm).difference(done[name]) for name, arm in members.items()}
    others = {name: failed[name] | without_result[name] for name in members}
    match = match_seeds(done, others, failed, paired)
    notes = (*match.notes, *empty, *repeated)
    stuck = [name for name, arm in members.items() if len(arm) == 1 < len(every[name])]
    if not match.paired:
        if repeated or (found.is_imported and not found.sweep.sources):
            notes = (*empty, *repeated)  # why seeds are too few, or not recorded, is said there
        runs = {name: tuple(members[name][key] for key in keys) for name, keys in done.items()}
        scores = _scores(members, found.metric)
        return SweepArms(runs, scores, False, notes, found.predictions_give_score, stuck)
    common = set.intersection(*(set(keys) for keys in done.values()))
    tried = set.intersection(*(set(arm) for arm in members.values()))
    order = [key for key in next(iter(members.values())) if key in tried]
    matched = {name: {key: arm[key] for key in order} for name, arm in members.items()}
    runs = {
        name: tuple(run for key, run in arm.items() if key in common)
        for name, arm in matched.items()
    }
    scores = _scores(matched, found.metric)
    return SweepArms(runs, scores, True, notes, found.predictions_give_score, stuck)


def _counted_once(
    members: Mapping[str, Mapping[Key, RunRecord]], metric: str
) -> tuple[dict[str, dict[Key, RunRecord]], list[str]]:
    """The arms without runs whose weights an earlier run of the arm has, and what is said of it."""
    kept: dict[str, dict[Key, RunRecord]] = {}
    left: dict[str, int] = {}
    for name, arm in members.items():
        own = own_models(
            [run.fingerprint for run in arm.values()],
            [score_of(run, metric) for run in arm.values()],
        )
        kept[name] = {key: arm[key] for key, is_own in zip(arm, own, strict=True) if is_own}
        left[name] = len(arm) - len(kept[name])
    if not any(left.values()):
        return kept, []
    if all(left.values()) and all(len(arm) == 1 for arm in kept.values()):
        return kept, ["The runs of each arm have the same weights, so they count once."]
    repeated = listed(f"{number} of {name}" for name, number in left.items() if number)
    repeat = "repeats" if sum(left.values()) == 1 else "repeat"
    said = f"Runs with the same weights count once: {repeated} {repeat} an earlier one."
    stuck = [name for name, number in left.items() if number and len(kept[name]) == 1]
    return kept, [f"{said} The seeds change nothing in {listed(stuck)}." if stuck else said]


def _finished(run: RunRecord, metric: str) -> bool:
    return run.state == "finished" and score_of(run, metric) is not None


def _scores(arms: Mapping[str, Mapping[Key, RunRecord]], metric: str) -> dict[str, Floats]:
    """Name → ``[run]`` scores, nan where the run failed."""
    return {
        name: np.array(
            [score_of(run, metric) if _finished(run, metric) else np.nan for run in arm.values()],
            dtype=np.float64,
        )
        for name, arm in arms.items()
    }


def _members(
    found: Recorded, by: str | None
) -> tuple[dict[str, dict[Key, RunRecord]], Mapping[str, set[Key]]]:
    """Arm → key (seeds, options that vary within an arm) → run with a result or failed run.

    Then arm → keys of the runs that are neither, such as stopped ones.
    """
    sweep = found.sweep
    varied = list(sweep.varied)
    if by is not None and sweep.runs and not any(by in run.options for run in sweep.runs):
        what = sweep.name if found.is_imported else f"the sweep {sweep.name!r}"
        raise InputError(f"{what} has no option {by!r}: {_choices(varied)}")
    beside = [] if by is None else _within_arms(found, by)
    members: dict[str, dict[Key, RunRecord]] = {}
    without_result: dict[str, set[Key]] = defaultdict(set)
    for group in found.groups:
        # why another tool's run failed is not known: it costs its pair and tells nothing of its arm
        wanted = group.runs if found.is_imported else (*group.runs, *group.failed)
        left = {id(run) for run in wanted}  # by identity: records of 10,000 runs compare slowly
        for run in (*wanted, *group.lost, *group.failed):
            options = group.options if by is None else ((by, run.options.get(by)),)
            arm = members.setdefault(label(options), {})
            rest = [run.options.get(name) for name in beside]
            key: Key = (*seeds_of(run, sweep.sources), *rest)
            if id(run) not in left:
                without_result[label(options)].add(key)
                continue
            left.remove(id(run))
            # nothing says which run of another arm is the partner of these
            if key in arm and sweep.sources:
                key = LaterRun((*key, run.run_id))
            elif key in arm or (found.is_imported and not sweep.sources):
                key = (*key, run.run_id)
            arm[key] = run
    return members, without_result


def _within_arms(found: Recorded, by: str) -> list[str]:
    """The options beside ``by`` of which an arm has several values: runs of equal ones pair."""
    arms: dict[str, list[RunRecord]] = defaultdict(list)
    for group in found.groups:
        for run in group.runs:
            arms[str(run.options.get(by))].append(run)
    return [
        name
        for name in found.sweep.varied
        if name != by
        and any(len({str(run.options.get(name)) for run in runs}) > 1 for runs in arms.values())
    ]


def _with_result(
    members: dict[str, dict[Key, RunRecord]], found: Recorded, by: str | None
) -> tuple[dict[str, dict[Key, RunRecord]], list[str]]:
    """The arms that can be compared, and what is said of those that cannot.

    An arm of another tool's runs without a result costs no other arm its verdict.
    """
    if len(members) < 2:
        if found.sweep.fresh_seeds and not by:
            raise InputError(
                f"nothing to compare in {found.sweep.name!r}: there is one configuration only on "
                "fresh seeds, which alone count: ask `search` or `spread`, or search with retest: "
                "{best: 2} or more"
            )
        what = f"{by} is the same in every run" if by else "there is one configuration only"
        choices = _choices(found.sweep.varied)
        raise InputError(f"nothing to compare in {found.sweep.name!r}: {what}; {choices}")
    found.having  # noqa: B018 - says it where no arm has a result
    having = {
        name: runs
        for name, runs in members.items()
        if any(_finished(run, found.metric) for run in runs.values())
    }
    without = [name for name in members if name not in having]
    if not without:
        return members, []
    if found.is_imported and len(having) > 1:
        have, takes = ("has", "takes") if len(without) == 1 else ("have", "take")
        return having, [f"{listed(without)} {have} no result and {takes} no part."]
    raise InputError(f"no run of {without[0]} has a result, so there is nothing to compare with")


def _choices(varied: Sequence[str]) -> str:
    return f"the options that vary are {listed(varied)}" if varied else "no option varies in it"
