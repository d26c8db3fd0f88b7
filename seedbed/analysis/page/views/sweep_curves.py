"""Which curves a sweep's page draws: of each configuration's training, of the metric that tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seedbed.analysis.page.charts.run_curves import CurveReader, RunCurve
from seedbed.analysis.page.views.script_parts import ScriptParts
from seedbed.analysis.page.views.sweep_grid import GridRow, state_of
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import VAL_ACCURACY, VAL_LOSS, script_metric

KINDS = {
    VAL_ACCURACY: "validation accuracy",
    VAL_LOSS: "validation loss",
    "accuracy": "training accuracy",
    "loss": "training loss",
}
"""Metric of an epoch → what it is called; the first that the runs have is drawn."""
OF_LOSS = (VAL_LOSS, VAL_ACCURACY, "loss", "accuracy")
"""The order where the number that decides is not an accuracy."""
Curves = Mapping[tuple[str, str], Mapping[int, float]]
"""Run and metric → epoch → value."""


@dataclass(frozen=True)
class CurveKind:
    """A metric of epochs.

    Attributes:
        name: What Keras calls it.
    """

    name: str = VAL_ACCURACY

    @property
    def words(self) -> str:
        """What it is called."""
        return KINDS[self.name]

    @property
    def is_share(self) -> bool:
        """Whether it is written in percent."""
        return "accuracy" in self.name

    def metrics(self, fit: int) -> tuple[str, ...]:
        """What a ``fit`` may record it as."""
        names = (self.name, self.name.replace("accuracy", "acc"))
        return tuple(dict.fromkeys(script_metric(fit, name) for name in names))


VALIDATION_ACCURACY = CurveKind()


def kind_of(runs: Iterable[RunSummary], *, of_accuracy: bool) -> CurveKind:
    """The kind of curve that tells most of those that the runs have.

    Args:
        runs: Runs of one sweep.
        of_accuracy: Whether the number that decides is an accuracy.
    """
    known = {metric for run in runs for metric in run.metrics}
    kinds = [CurveKind(name) for name in (KINDS if of_accuracy else OF_LOSS)]
    return next((one for one in kinds if known & set(one.metrics(1))), kinds[0])


def read_curves(
    reader: CurveReader,
    visitor: RunLister,
    runs: Sequence[RunSummary],
    parts: ScriptParts,
    kind: CurveKind,
) -> Curves:
    """The curves of the newest runs, of every training that is a configuration.

    Args:
        reader: Keeps those of ended runs.
        visitor: Who reads.
        runs: Runs of the sweep, newest first.
        parts: The same with arms parted.
        kind: Which metric.
    """
    fits = set(parts.fits.values()) if parts.arms else {1}
    known = {metric for run in runs for metric in run.metrics}
    wanted = [metric for fit in sorted(fits) for metric in kind.metrics(fit) if metric in known]
    return {
        (run_id, metric): points
        for metric in wanted
        for run_id, points in reader.read(visitor, runs, metric).items()
    }


def drawn_curves(
    labels: Iterable[str],
    last: Mapping[tuple[str, str], RunSummary],
    curves: Curves,
    parts: ScriptParts,
    kind: CurveKind,
) -> tuple[RunCurve, ...]:
    """A curve for each configuration and seed that has one.

    Args:
        labels: Configurations in the order of their colours.
        last: Configuration and seeds → the last try.
        curves: As ``read_curves`` gives them.
        parts: The runs with arms parted.
        kind: Which metric.
    """
    found = []
    for label in labels:
        fit = parts.fit_of(label)
        metrics = kind.metrics(fit) if fit else ()
        for (of, seeds), run in last.items():
            points = next(filter(None, (curves.get((run.run_id, one)) for one in metrics)), None)
            if of == label and points:
                found.append(RunCurve(label, seeds, state_of(run) == "running", points))
    return tuple(found)


def leading_first(rows: Iterable[GridRow]) -> list[str]:
    """The configurations, the highest mean first: the first few have a colour of their own."""
    means = {row.label: row.mean[0] if row.mean else -1.0 for row in rows}
    return sorted(means, key=lambda label: -means[label])
