"""What one night gave: accuracies by configuration, fingerprints by cell, times and failures."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from seedbed.analysis.findings.configurations import group_runs
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import SCORE, TRAIN_SECONDS

LASTING = ("failed", "killed", "stopped")


@dataclass(frozen=True)
class Facts:
    """A night, as far as it is compared with others.

    Attributes:
        fixed: Configuration → run → accuracy of the runs with the seeds that stay. A run is told
            by its options and seeds, whatever the code is (``same_run``).
        fresh: Configuration → accuracies of the runs with fresh seeds.
        fingerprints: Run → fingerprint, of those with the seeds that stay; empty where runs with
            equal seeds may differ.
        names: Run → readable name.
        cells: Run → cell; another cell of the same run is another file of the user's own.
        seconds: Median time of a run's training; None where no run finished.
        failures: Name → reason of the runs that came to nothing.
        missing: Cells without any run.
        environment: What most of the runs recorded of it.
        mixed: Settings in which the runs of the night differ from each other.
    """

    fixed: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    fresh: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    failures: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    mixed: tuple[str, ...] = ()

    @property
    def mean(self) -> float | None:
        """Mean accuracy of the fresh runs, else of the fixed ones; None where there is none."""
        fresh = [value for values in self.fresh.values() for value in values]
        fixed = [value for cells in self.fixed.values() for value in cells.values()]
        return float(np.mean(fresh or fixed)) if fresh or fixed else None


def facts(sweep: SweepRecord, fresh: Collection[int], *, repeatable: bool) -> Facts:
    """What a night gave.

    Args:
        sweep: The night's sweep, as recorded.
        fresh: Those of its seeds that are new.
        repeatable: Equal seeds must give equal bits.

    Raises:
        InputError: An accuracy is not a fraction.
    """
    done: dict[str, dict[str, float]] = {}
    new: dict[str, tuple[float, ...]] = {}
    finished = [run for run in sweep.finished if SCORE in run.metrics]
    new_seeds = set(fresh)
    stays = [run for run in finished if _stays(run, new_seeds)]
    for group in group_runs(sweep, SCORE):
        mine = [run for run in finished if sweep.configuration(run) == group.configuration]
        done[group.label] = {
            same_run(one): one.metrics[SCORE] for one in mine if _stays(one, new_seeds)
        }
        new[group.label] = tuple(one.metrics[SCORE] for one in mine if not _stays(one, new_seeds))
    cells = {run.cell for run in finished}
    lost = {run.name: run for run in sweep.runs if run.state in LASTING and run.cell not in cells}
    times = [run.metrics[TRAIN_SECONDS] for run in finished if TRAIN_SECONDS in run.metrics]
    environment, mixed = _environment(finished)
    return Facts(
        fixed={label: values for label, values in done.items() if values},
        fresh={label: values for label, values in new.items() if values},
        fingerprints={same_run(run): run.fingerprint for run in stays if run.fingerprint}
        if repeatable
        else {},
        names={same_run(run): run.name for run in sweep.runs},
        cells={same_run(run): run.cell for run in stays},
        seconds=median(times) if times else None,
        failures={name: run.reason or f"it was {run.state}" for name, run in lost.items()},
        missing=max(0, sweep.planned - len({run.cell for run in sweep.runs})),
        environment=environment,
        mixed=mixed,
    )


def _stays(run: RunRecord, new_seeds: set[int]) -> bool:
    return run.options.get("seed") not in new_seeds


def same_run(run: RunRecord) -> str:
    """Identity of a run from night to night: its options, seeds among them."""
    text = json.dumps(sorted((key, str(value)) for key, value in run.options.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _environment(runs: list[RunRecord]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What most runs recorded, and the settings in which they differ."""
    names = sorted({name for run in runs for name in run.environment})
    counted = {name: Counter(run.environment.get(name, "") for run in runs) for name in names}
    most = {name: counts.most_common(1)[0][0] for name, counts in counted.items()}
    return most, tuple(name for name, counts in counted.items() if len(counts) > 1)
