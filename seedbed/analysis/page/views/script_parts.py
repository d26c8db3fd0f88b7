"""The runs of a script that trains several arms: a part for each arm, as the report has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from seedbed.analysis.findings.script.arm_options import arm_options, first_fits
from seedbed.analysis.page.views.sweep_grid import ONLY
from seedbed.analysis.wording import label
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import (
    HEADLINE,
    SCORE,
    TAG_CELL,
    TAG_CONFIGURATION,
    TAG_FINGERPRINT,
    TAG_SCRIPT,
    TAG_TEST_EXAMPLES,
)


@dataclass(frozen=True)
class ScriptParts:
    """Runs, those of a script with arms parted.

    Attributes:
        runs: A part for each arm of a run, or the runs themselves, in their order.
        arms: The arms in words; empty for scripts with one training and for experiments.
        fits: Arm → number of its ``fit``, where each training is one.
    """

    runs: tuple[RunSummary, ...]
    arms: tuple[str, ...] = ()
    fits: Mapping[str, int] = field(default_factory=dict)

    def labels(self, configurations: Sequence[str]) -> list[str]:
        """Planned configurations, each with every arm."""
        if not self.arms:
            return list(configurations)
        return [_joined(one, arm) for one in configurations for arm in self.arms]

    def fit_of(self, configuration: str) -> int | None:
        """Which ``fit`` trained a configuration; None where several or none may have."""
        if not self.arms:
            return 1
        ends = (arm for arm in self.arms if f" {configuration}".endswith(f" {arm}"))
        return self.fits.get(next(ends, ""))


def parts_of(runs: Sequence[RunSummary], *, planned: bool = False) -> ScriptParts:
    """The runs with every arm as a configuration of its own.

    Args:
        runs: Runs of one sweep; left alone unless every finished run has the same arms.
        planned: Whether the sweep has a plan, whose cells have parts of their own.
    """
    done = [run for run in runs if run.state == "finished"]
    tables = [_arms(run) for run in done]
    names = {tuple(str(arm["name"]) for arm in arms) for arms in tables}
    if planned or len(names) != 1 or not tables[0]:
        return ScriptParts(tuple(runs))
    words = tuple(label(tuple(one.items())) for one in arm_options(tables[0]))
    parts = [part for run in runs for part in _parted(run, words)]
    return ScriptParts(tuple(parts), words, _fits(done[0], words))


def _parted(run: RunSummary, words: Sequence[str]) -> list[RunSummary]:
    """A run for each of its arms; one without a result has none of their numbers."""
    arms = _arms(run)
    metric = SCORE if SCORE in run.metrics else HEADLINE
    parts = []
    for place, arm in enumerate(words):
        metrics = {key: value for key, value in run.metrics.items() if key != metric}
        if arms:
            values = _values(arms[place])
            metrics[metric] = sum(values) / len(values)
        tags = {key: value for key, value in run.tags.items() if key != TAG_TEST_EXAMPLES}
        tags[TAG_CONFIGURATION] = _joined(run.tags.get(TAG_CONFIGURATION, ""), arm)
        tags[TAG_CELL] = f"{run.cell} {arm}"
        if TAG_FINGERPRINT in tags:  # of the run's last network
            tags[TAG_FINGERPRINT] += f" {arm}"
        parts.append(replace(run, tags=tags, metrics=metrics))
    return parts


def _joined(configuration: str, arm: str) -> str:
    return arm if configuration in ("", ONLY) else f"{configuration} {arm}"


def _arms(run: RunSummary) -> list[dict[str, object]]:
    """The arms that a finished run recorded; none where somebody changed what it says."""
    found = json_object(run.tags.get(TAG_SCRIPT)).get("arms") if run.state == "finished" else None
    arms = found if isinstance(found, list) else []
    return arms if all(map(_is_arm, arms)) else []


def _is_arm(arm: object) -> bool:
    return isinstance(arm, dict) and isinstance(arm.get("differs"), dict) and bool(_values(arm))


def _values(arm: Mapping[str, object]) -> list[float]:
    """The numbers of an arm's rounds; none unless all are numbers."""
    found = arm.get("values")
    values = found if isinstance(found, list) and "name" in arm else []
    numbers = [float(one) for one in values if isinstance(one, int | float)]
    return numbers if len(numbers) == len(values) else []


def _fits(run: RunSummary, words: Sequence[str]) -> dict[str, int]:
    """Arm → number of its first ``fit``, if there are as many fits as trainings."""
    firsts = first_fits(json_object(run.tags.get(TAG_SCRIPT)).get("groups"), run.metrics)
    return dict(zip(words, firsts, strict=True)) if len(firsts) == len(words) else {}
