"""Loops that keep the best of the scores of their passes: epochs, settings, splits."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, Value, key
from seedbed.doctor.queries.data.estimators import estimator_scores
from seedbed.doctor.queries.training.comparisons import EXTREMES
from seedbed.doctor.queries.training.loops import loop_kind, repetition_kind
from seedbed.doctor.queries.training.scores import Run, repeating_loops, runs_behind

KEEPS = (
    ".save", ".save_weights", ".get_weights", "copy.deepcopy", "pickle.dump", "joblib.dump",
    "keras.models.save_model", "keras.models.clone_model",
)  # fmt: skip
_ARGUMENTS = ("argmax", "argmin", "idxmax", "idxmin")


@dataclass(frozen=True)
class LoopChoice:
    """One of several passes of a loop, chosen by its score.

    Attributes:
        event: The comparison, or the call of ``max`` and the like.
        scores: The scoring calls whose results are compared.
        keeps: Whether something is done with the winner besides remembering its score.
    """

    event: Event
    scores: list[Event]
    keeps: bool


def loop_choices(trace: Trace) -> Iterator[LoopChoice]:
    """Choices among the passes of a loop, but for repetitions of one training of a network.

    Those are runs, of which SB503 speaks.
    """
    by_result = _scores_in_loops(trace)
    if not by_result:
        return
    for event in trace.events:
        values = _compared(event)
        if not values:
            continue
        runs = [run for value in values for run in runs_behind(value, by_result)]
        nodes = {id(run.event.node) for run in runs}
        passes = {run.event.index for run in runs}
        if len(nodes) != 1 or len(passes) < 2 or all(_is_repetition(run) for run in runs):
            continue
        if _chooses(event, values, by_result):
            keeps = _names_the_winner(event) or _kept(trace, event)
            yield LoopChoice(event, [run.event for run in runs], keeps)


def _scores_in_loops(trace: Trace) -> dict[int, Event]:
    """Scoring calls within loops, by the serial number of the score; predictions are no scores."""
    events = [e for e in [*trace.scores(), *estimator_scores(trace)] if e.loops]
    predicted = {e.result.uid: e for e in events if ".predict" in e.name}
    scores = {e.result.uid: e for e in events if e.result.uid not in predicted}
    if predicted:
        for event in trace.events:
            if event.kind == "call" and event.loops and _is_metric(event):
                runs = runs_behind(event.result, predicted)
                if runs:
                    scores[event.result.uid] = runs[0].event
    return scores


def _is_metric(event: Event) -> bool:
    """True for a metric of scikit-learn or a mean of all that it is given."""
    if event.name.startswith("sklearn.metrics."):
        return True
    over_all = "axis" not in event.kwargs and len(event.args) < (1 if event.name == ".mean" else 2)
    return event.name in {".mean", "numpy.mean", "numpy.average"} and over_all


def _compared(event: Event) -> list[Value]:
    """The values among which a comparison or an extreme chooses."""
    if event.kind == "call" and event.name in EXTREMES:
        return [*event.args, *([event.target] if event.target is not None else [])]
    if event.kind == "compare" and event.name in {"Gt", "GtE", "Lt", "LtE"}:
        return list(event.args)
    return []


def _chooses(event: Event, values: list[Value], by_result: dict[int, Event]) -> bool:
    """Whether the scores of several passes stand against each other, not against a number."""
    if event.kind == "call":
        return True
    return all(runs_behind(value, by_result) for value in values)


def _is_repetition(run: Run) -> bool:
    """True for a network that each pass builds and trains anew with the same settings."""
    if isinstance(run.model, Made):
        return any(loop_kind(step.loop) == "folds" for step in run.event.loops)
    kinds = {repetition_kind(loop) for loop in repeating_loops(run.event, run.model)}
    return bool(kinds) and not kinds <= {"values"}


def _names_the_winner(event: Event) -> bool:
    """True for ``argmax(scores)``, ``max(scores, key=…)`` and the like."""
    return event.name.rsplit(".", 1)[-1] in _ARGUMENTS or "key" in event.kwargs


def _kept(trace: Trace, event: Event) -> bool:
    """Whether the arm that a comparison opens saves or copies the winner."""
    if event.kind != "compare":
        return False
    opened = key(event.result)
    return any(
        any(decision == opened for decision, _ in later.branches) for later in trace.calls(*KEEPS)
    )
