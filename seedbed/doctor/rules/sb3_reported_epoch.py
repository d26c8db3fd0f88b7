"""SB305: the epoch that is reported and the epoch whose weights are scored."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, sure
from seedbed.doctor.interpreter.values import Data, Model, Value, ancestry, constant
from seedbed.doctor.queries.callbacks import callbacks_known, callbacks_of, restores_best
from seedbed.doctor.queries.evaluation_data import scores_after
from seedbed.doctor.queries.models import loads_of
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_REPORTS = {"builtins.print", ".append", ".write", ".info", ".format", "mlflow.log_metric", ".log"}
_BEST = {"max", "min", "amax", "amin", "nanmax", "nanmin"}


@rule(
    "SB305",
    "one-epoch-reported-another-scored",
    "The number from the curve and the number from evaluate() belong to different weights; the "
    "best epoch's is above the last one's by luck alone, even if nothing was learned between.",
    "EarlyStopping(patience=5, restore_best_weights=True)",
    "epoch = int(np.argmin(history.history['val_loss']))  # for both numbers",
    "print(history.history['val_accuracy'][epoch])",
)
def other_epoch(trace: Trace) -> Iterator[Found]:
    """The history's last epoch beside the best weights, or the best epoch beside the last ones."""
    fits = {fit.result.uid: fit for fit in trace.fits()}
    indexed = _index_arguments(trace)
    for event in trace.events:
        if event.kind != "call" or event.name not in _REPORTS:
            continue
        for argument in [*event.args, *event.kwargs.values()]:
            for value in ancestry(argument, 60):
                read = _column_read(value, fits, trace)
                if read is None or value.uid in indexed:
                    continue
                found = _judge(trace, event, *read)
                if found is not None:
                    yield found


def _index_arguments(trace: Trace) -> set[int]:
    """Values that only look up which epoch was best: ``column.index(max(column))``."""
    return {
        value.uid
        for event in trace.calls(".index", "numpy.where", "numpy.argwhere")
        for argument in event.args
        for value in ancestry(argument, 10)
    }


def _column_read(value: Value, fits: dict[int, Event], trace: Trace) -> tuple[str, Event] | None:
    """``last`` or ``best`` when a value is one epoch of a validation column, with the ``fit``."""
    if not isinstance(value, Data) or not value.parents:
        return None
    if value.op == "index" and constant(value.parents[1]) == -1:
        fit = _column_of(value.parents[0], fits, trace)
        return ("last", fit) if fit is not None else None
    if value.op.rsplit(".", 1)[-1] in _BEST:
        fit = _column_of(value.parents[0], fits, trace)
        return ("best", fit) if fit is not None else None
    return None


def _column_of(value: Value, fits: dict[int, Event], trace: Trace) -> Event | None:
    """The ``fit`` whose history a validation column belongs to."""
    if not isinstance(value, Data) or value.op != "index":
        return None
    name = constant(value.parents[1])
    table = value.parents[0]
    if not isinstance(name, str) or not name.startswith("val_"):
        return None
    if not isinstance(table, Data) or table.op != "attr:history" or not table.parents:
        return None
    owner = table.parents[0]
    if isinstance(owner, Data) and owner.op == "attr:history" and owner.parents:
        model = owner.parents[0]
        if isinstance(model, Model):
            trained = [fit for fit in trace.fits() if fit.target is model]
            return trained[-1] if trained else None
    return fits.get(owner.uid)


def _judge(trace: Trace, report: Event, which: str, fit: Event) -> Found | None:
    """Compare the epoch reported with the weights that are scored."""
    callbacks = callbacks_of(fit)
    restored = [restores_best(c) for c in callbacks if short(c) == "EarlyStopping"]
    saved = any(
        short(c) == "ModelCheckpoint"
        and truth_of(c.argument("save_best_only", 3), default=False) is not False
        for c in callbacks
    )
    scores = [s for s in scores_after(trace, fit) if compatible(s, report)]
    loaded = bool(loads_of(trace, fit.index))
    scored = next((s for s in scores if s.name.startswith(".evaluate")), None)
    best_weights = True in restored or (saved and loaded)
    if which == "last" and best_weights and scored is not None:
        return Found(
            report.place,
            sure(scored, fit) and (True in restored),
            "the last epoch is reported, the best epoch's weights are scored",
        )
    if which == "best" and not best_weights and None not in restored and not loaded:
        if scored is None:
            return Found(
                report.place, False, "the best epoch is reported, the last one's weights are kept"
            )
        return Found(
            report.place,
            callbacks_known(fit) and sure(scored, fit),
            "the best epoch is reported, the last epoch's weights are scored",
        )
    return None
