"""The metrics of a compiled model, by the names under which Keras logs them."""

import re

from seedbed.doctor.interpreter.trace import Event, Trace, compatible
from seedbed.doctor.interpreter.values import Const, Function, Items, Made, Name, Table, Value
from seedbed.doctor.queries.training.models import same_model
from seedbed.doctor.queries.wording import short


def compile_before(trace: Trace, fit: Event) -> Event | None:
    """The ``compile`` that a training runs with."""
    found = [
        event
        for event in trace.calls(".compile")
        if event.index < fit.index and same_model(event, fit) and compatible(event, fit)
    ]
    return found[-1] if found else None


def metrics_of(compiled: Event) -> list[Value] | None:
    """The metrics that a ``compile`` is given; None where they cannot be read."""
    if "**" in compiled.kwargs or "weighted_metrics" in compiled.kwargs:
        return None
    given = compiled.argument("metrics", 2)
    if given is None or (isinstance(given, Const) and given.value is None):
        return []
    if isinstance(given, Items) and not given.open:
        return list(given.items)
    return [given] if isinstance(given, Const) else None


def metric_names(compiled: Event) -> set[str] | None:
    """The names that Keras logs besides ``loss``; None where they cannot be read."""
    metrics, loss = metrics_of(compiled), compiled.argument("loss", 1)
    if isinstance(loss, Table):
        return _names_by_output(loss, compiled.argument("metrics", 2))
    if metrics is None or isinstance(loss, Items):
        return None
    names = [metric_name(metric) for metric in metrics]
    return {name for name in names if name} if all(names) else None


def _names_by_output(losses: Table, metrics: Value | None) -> set[str] | None:
    """The names for several outputs whose losses and metrics are dicts: ``kind_accuracy``."""
    if losses.open or len(losses.entries) < 2 or not isinstance(metrics, Table) or metrics.open:
        return None
    names = {f"{output}_loss" for output in losses.entries}
    for output, given in metrics.entries.items():
        for metric in given.items if isinstance(given, Items) else [given]:
            name = metric_name(metric)
            if not name:
                return None
            names.add(f"{output}_{name}")
    return names


def metric_name(metric: Value) -> str:
    """The name under which Keras logs a metric; empty where it cannot be read."""
    if isinstance(metric, Const) and isinstance(metric.value, str):
        return metric.value
    if isinstance(metric, Name):
        return metric.path.rsplit(".", 1)[-1]
    if isinstance(metric, Function):
        return getattr(metric.node, "name", "")
    if isinstance(metric, Made) and metric.api.startswith("keras.metrics."):
        given = metric.kwargs.get("name")
        if given is None:
            return "auc" if short(metric) == "AUC" else _snake(short(metric))
        return str(given.value) if isinstance(given, Const) else ""
    return ""


def _snake(name: str) -> str:
    """``mean_squared_error`` for ``MeanSquaredError``, as Keras forms it."""
    apart = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", apart).lower()
