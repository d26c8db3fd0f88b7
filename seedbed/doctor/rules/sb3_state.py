"""SB301 to SB304: weights that a second training, a loop or an evaluation finds already there."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, is_model, sure
from seedbed.doctor.interpreter.values import Instance, Loop, Model, Pass, ancestry
from seedbed.doctor.queries.data_rows import rows
from seedbed.doctor.queries.evaluation_data import inputs_of
from seedbed.doctor.queries.loops import epochs_of, loop_kind
from seedbed.doctor.queries.models import comparison_key, compiled_with, models_of, same_model
from seedbed.doctor.queries.wording import label, text
from seedbed.doctor.rules.registry import Found, rule

_RESETS = (".set_weights", ".load_weights", ".load_model", ".restore")


def _changes_between(trace: Trace, first: Event, second: Event) -> set[str]:
    """What happened to a model between two trainings of it."""
    found: set[str] = set()
    for event in trace.events[first.index + 1 : second.index]:
        concerns = any(
            same_model(event, second) or (value in models_of(second)) for value in [event.target]
        )
        if event.kind == "set" and event.name == "trainable":
            found.add("trainable")
        elif event.kind == "set" and event.name in {"lr", "learning_rate", "assign"}:
            found.add("rate")
        elif event.name in _RESETS and concerns:
            found.add("reset")
        elif event.name == ".compile" and concerns:
            found.add("compile")
        elif event.name.endswith((".set_value", ".assign")):
            found.add("rate")
        elif event.name in {".add", ".pop"} and concerns:
            found.add("layers")
    return found


@rule(
    "SB301",
    "trained-again",
    "The second training starts from the first one's weights: its curves and its score are those "
    "of more epochs, not of a second run.",
    "model = build()  # new weights",
    "model.fit(x_train, y_train, epochs=20)",
)
def trained_again(trace: Trace) -> Iterator[Found]:
    """``fit`` is called again on a model that was trained before."""
    fits = trace.fits()
    for number, second in enumerate(fits):
        for first in reversed(fits[:number]):
            if not same_model(first, second) or not compatible(first, second):
                continue
            if first.node is not second.node:
                found = _again(trace, first, second)
                if found is not None:
                    yield found
            break


def _again(trace: Trace, first: Event, second: Event) -> Found | None:
    """Whether a second ``fit`` goes on from the first unawares."""
    changes = _changes_between(trace, first, second)
    if changes & {"trainable", "reset", "layers"} or "initial_epoch" in second.kwargs:
        return None
    if any(p.loop in [q.loop for q in first.loops] and p not in first.loops for p in second.loops):
        return None
    same = rows(inputs_of(first)) == rows(inputs_of(second)) and inputs_of(first) is not None
    certain = (
        same
        and not changes
        and is_model(second.target)
        and 1.0 not in (epochs_of(first), epochs_of(second))
        and sure(second, first)
    )
    line = first.place.module.line(getattr(first.node, "lineno", 1)).line
    return Found(
        second.place, certain, f"{label(second)} is trained again; it was trained in line {line}"
    )


@rule(
    "SB302",
    "model-outlives-the-loop",
    "Each repetition or fold starts from the weights that the last one left, and in a fold also "
    "from rows it is tested on: accuracy climbs from pass to pass and flatters.",
    "for train, test in folds.split(x, y):",
    "    model = build()  # new weights in each pass",
    "    model.fit(x[train], y[train])",
)
def outlives_loop(trace: Trace) -> Iterator[Found]:
    """A model is built before the loop that trains it again and again."""
    for fit in trace.fits():
        for step in fit.loops:
            if not _fitted_in_an_earlier_pass(trace, fit, step):
                continue
            if not _built_outside(fit, step.loop):
                continue
            certain = _repetition(trace, fit, step.loop)
            if certain is None or _reset_within(trace, fit, step.loop):
                continue
            yield Found(
                fit.place,
                certain and is_model(fit.target),
                f"{label(fit)} is built before the loop in line "
                f"{fit.place.module.line(getattr(step.loop.node, 'lineno', 1)).line} "
                "and trained in each pass",
            )
            break


def _fitted_in_an_earlier_pass(trace: Trace, fit: Event, step: Pass) -> bool:
    """Whether the same object was trained by the same line in an earlier pass."""
    return any(
        p.loop is step.loop and p.number < step.number
        for other in trace.fits()
        if other.node is fit.node and same_model(other, fit)
        for p in other.loops
    )


def _built_outside(fit: Event, loop: Loop) -> bool:
    """Whether the object that is trained exists before the loop."""
    for model in models_of(fit):
        if isinstance(model, Model | Instance):
            if any(p.loop is loop for p in model.place.loops):
                return False
        elif any(
            getattr(v, "op", "") in {"element", "called", "index"} for v in ancestry(model, 8)
        ):
            return False
    return bool(fit.loops)


def _repetition(trace: Trace, fit: Event, loop: Loop) -> bool | None:
    """True when the loop plainly repeats trainings, False when it may, None when it does not."""
    kind = loop_kind(loop)
    if "initial_epoch" in fit.kwargs or kind in {"epochs", ""}:
        return None
    if kind == "folds":
        return True
    if epochs_of(fit) == 1.0:
        return None
    if kind == "runs":
        return True
    compiled = any(
        same_model(event, fit) and any(p.loop is loop for p in event.loops)
        for event in trace.calls(".compile")
    )
    scored = any(
        same_model(event, fit) and any(p.loop is loop for p in event.loops)
        for event in trace.calls(".evaluate")
    )
    return kind == "values" and compiled and scored


def _reset_within(trace: Trace, fit: Event, loop: Loop) -> bool:
    """Whether the loop puts fresh weights into the model."""
    for event in trace.events:
        if not any(p.loop is loop for p in event.loops):
            continue
        if event.name == ".assign" or (event.name in _RESETS and same_model(event, fit)):
            return True
        if event.kind == "set" and event.name in {"kernel", "bias", "trainable"}:
            return True
    return False


@rule(
    "SB303",
    "cleared-but-not-rebuilt",
    "clear_session() forgets Keras's own bookkeeping, not the weights of a model that the script "
    "still holds: training goes on from where it was.",
    "keras.utils.clear_session()",
    "model = build()  # the new weights come from here",
)
def cleared_not_rebuilt(trace: Trace) -> Iterator[Found]:
    """``clear_session`` between two trainings of one and the same model."""
    clears = [e for e in trace.events if e.name.endswith(".clear_session") and e.kind == "call"]
    fits = trace.fits()
    for clear in clears:
        before = [fit for fit in fits if fit.index < clear.index]
        for fit in fits:
            if fit.index < clear.index or not is_model(fit.target):
                continue
            earlier = [b for b in before if same_model(b, fit) and compatible(b, fit)]
            if earlier and "reset" not in _changes_between(trace, earlier[-1], fit):
                yield Found(
                    clear.place,
                    sure(fit, earlier[-1], clear),
                    f"clear_session() leaves {label(fit)} with its trained weights",
                )
                break


@rule(
    "SB304",
    "compiled-again-before-scoring",
    "evaluate() reports the loss and metrics of the last compile(), not of the training: its loss "
    "cannot be set beside the curves.",
    "model.evaluate(x_test, y_test)  # with the loss that training minimised",
)
def compiled_again(trace: Trace) -> Iterator[Found]:
    """Another loss or optimiser is compiled in between ``fit`` and ``evaluate``."""
    for score in trace.calls(".evaluate", ".evaluate_generator"):
        fits = [f for f in trace.fits() if same_model(f, score) and f.index < score.index]
        if not fits or not models_of(score):
            continue
        last = fits[-1]
        compiles = [c for c in compiled_with(trace, models_of(score)[0]) if compatible(c, score)]
        before = [c for c in compiles if c.index < last.index]
        after = [c for c in compiles if last.index < c.index < score.index]
        if not before or not after:
            continue
        found = _other_settings(before[-1], after[-1], score)
        if found is not None:
            yield found


def _other_settings(before: Event, after: Event, score: Event) -> Found | None:
    """Compare two ``compile`` calls."""
    for name, position in (("loss", 1), ("optimizer", 0)):
        old, new = before.argument(name, position), after.argument(name, position)
        if comparison_key(old) == comparison_key(new) or new is None:
            continue
        readable = type(old).__name__ in {"Const", "Made"} and type(new).__name__ in {
            "Const",
            "Made",
        }
        if name == "optimizer":
            readable = False
        return Found(
            after.place,
            readable and sure(score, before, after),
            f"compiled with another {name} after training and before {text(score.node, 24)}",
        )
    return None
