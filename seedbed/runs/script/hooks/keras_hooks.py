"""Sees what a script trains and scores: every ``fit``, ``evaluate`` and ``predict`` of a model.

Keras' own methods are wrapped where they are defined, so that a model made in whatever way is
seen, and nothing that the script passes is changed. Only the outermost call counts: the
``evaluate`` that ``fit`` makes for its validation data is part of that ``fit``.
"""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np

from seedbed.doctor.keras3.outdated_calls import OLD_KEYS
from seedbed.runs.keras_private import callback_list, layer_class, metric_class, trainer_classes
from seedbed.runs.script.hooks.alike_rounds import AlikeRounds
from seedbed.runs.script.hooks.alternatives import (
    Alternative,
    Arguments,
    rebuild,
    validated_apart,
)
from seedbed.runs.script.hooks.calls.accuracy_names import not_accuracies
from seedbed.runs.script.hooks.calls.arguments import (
    EVALUATE,
    FIT,
    PREDICT,
    argument,
    as_number,
    by_name,
    digest_of,
    length_of,
    named_arguments,
    size_of,
)
from seedbed.runs.script.hooks.calls.fit_settings import callbacks_of, settings_of
from seedbed.runs.script.hooks.data.data_rows import ALL, DataRows, RowsOf
from seedbed.runs.script.hooks.data.known_labels import KnownLabels
from seedbed.runs.script.hooks.data.pass_labels import SOURCE, PassLabels
from seedbed.runs.script.hooks.data.pass_rows import PassRows
from seedbed.runs.script.hooks.data.passes import watched
from seedbed.runs.script.hooks.epoch_answers import EpochAnswers
from seedbed.runs.script.hooks.generator_state import generators_kept
from seedbed.runs.script.hooks.model_hooks import ModelHooks
from seedbed.runs.script.hooks.record.observations import (
    MOST_FITS,
    MOST_VALUES,
    Evaluation,
    Fit,
    Prediction,
)
from seedbed.runs.script.hooks.record.seed_calls import MOST_SEEDS, SeedCall
from seedbed.runs.script.hooks.record.timeline import Timeline
from seedbed.runs.script.hooks.record.weight_log import Origin, WeightLog
from seedbed.runs.script.hooks.sklearn_hooks import watch_sklearn, watch_splits
from seedbed.runs.script.hooks.steps import (
    fit_words,
    origin_words,
    rows_of,
    size_of_weights,
    steps_made,
    with_passed,
)
from seedbed.runs.script.hooks.traces.moments import bring_up_to_date


@dataclass
class Watcher:
    """What was seen in this process.

    Attributes:
        on_epoch: Called after each epoch with (number of the fit, epoch, metrics).
        with_predictions: Whether to ask for predictions after an ``evaluate``.
        say: Called with a sentence that the reader must know.
        fits: Every fit, in order.
        evaluations: Every evaluation, in order.
        predictions: What a ``predict`` or an evaluation gave.
        accuracies: What ``sklearn.metrics.accuracy_score`` returned.
        fingerprints: Fingerprint of the weights after each fit.
        model: The model that was fitted last.
        scored_at: Of each of ``accuracies`` its line, and how many fits came before.
        other_orders: Lines that compare predictions with labels in another order, each with the
            share that agrees and the share that would agree in the order of the predictions.
        unseeded_splits: Lines that split data without ``random_state``.
        place: Says which line of the script a call comes from.
        on_data: Called before each fit with its number, ``x`` and ``y``.
        printed: Says how many bytes the script has printed.
        alternative: Another course that the script is made to take.
        seed_all: Seeds every generator, each time alike.
        timeline: What the script did, step by step.
        seeds: The seeds that it set.
        unseeded: Sentences on first weights that no seed of the script reaches.
        graph: Whether Keras 2 builds graphs, where NumPy's generator orders the rows.
    """

    on_epoch: Callable[[int, int, dict[str, float]], None]
    with_predictions: bool
    say: Callable[[str], None]
    fits: list[Fit] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    fingerprints: list[str] = field(default_factory=list)
    model: Any = None
    place: Callable[[], str] = str
    on_data: Callable[[int, object, object], None] = lambda *_: None
    printed: Callable[[], int] = int
    scored_at: list[tuple[str, int]] = field(default_factory=list)
    other_orders: list[tuple[str, float, float]] = field(default_factory=list)
    unseeded_splits: list[str] = field(default_factory=list)
    alternative: Alternative = "none"
    seed_all: Callable[[], None] = lambda: None
    timeline: Timeline = field(default_factory=Timeline)
    seeds: list[SeedCall] = field(default_factory=list)
    unseeded: list[str] = field(default_factory=list)
    graph: bool = False
    _rows: DataRows = field(default_factory=DataRows)
    _weights: WeightLog = field(default_factory=WeightLog)
    _networks: WeakKeyDictionary[object, int] = field(default_factory=WeakKeyDictionary)
    _networks_seen: int = 0
    _inside: bool = False
    _trained_on: set[int] = field(default_factory=set)
    _kept: list[object] = field(default_factory=list)
    _labels: KnownLabels = field(default_factory=KnownLabels)
    _running: Fit | None = None
    _passing: tuple[PassRows, ...] = ()
    _test_logs: dict[str, object] = field(default_factory=dict)
    _fingerprint: Callable[[object], str] = str
    _models: ModelHooks | None = None
    _answers: EpochAnswers | None = None
    _rounds: AlikeRounds | None = None
    _version: int = 3

    @property
    def fingerprint(self) -> str | None:
        """Of the weights after the only fit, or of those after each of several; None without."""
        if len(self.fingerprints) < 2:
            return self.fingerprints[0] if self.fingerprints else None
        return hashlib.sha256("".join(self.fingerprints).encode()).hexdigest()

    @property
    def trained(self) -> bool:
        """Whether an epoch was recorded."""
        return any(fit.history for fit in self.fits)

    def position(self) -> tuple[int, int]:
        """Number of the newest fit and of the epoch that runs in it, both from 1; 0 without."""
        return len(self.fits), self._running.epochs + 1 if self._running else 0

    def begin(self, version: int = 3, graph: bool = False) -> None:
        """Wrap Keras' methods and scikit-learn's accuracy.

        Args:
            version: Of the Keras that the script runs on; 2 is tf-keras.
            graph: Whether Keras 2 builds graphs.
        """
        from seedbed.runs.training.weights import fingerprint

        self._fingerprint, self._version, self.graph = fingerprint, version, graph
        trainer, history = trainer_classes(version, graph)
        for name, wrapper in (
            ("fit", self._fit),
            ("evaluate", self._evaluate),
            ("predict", self._predict),
        ):
            original = getattr(trainer, name)
            setattr(trainer, name, self._outermost(original, wrapper))
        self._models = ModelHooks(
            self.timeline,
            self.place,
            lambda: self._inside,
            lambda model: origin_words(self._weights.origin(model.get_weights()), self.fits),
            self.seeds,
            self.unseeded,
        )
        self._models.begin(version, trainer, graph)
        if self.alternative == "reseed":
            self._rounds = AlikeRounds(self.seed_all, lambda: self._inside)
            self._rounds.begin(layer_class(version, graph), metric_class(version))
        self._watch_epochs(history)
        self._watch_tests(callback_list(version))
        watch_sklearn(self.accuracies, self.predictions, self._scored, self._other_order)
        watch_splits(lambda: self.unseeded_splits.append(self.place()))

    def _other_order(self, given: float, own: float) -> None:
        """Note that labels are compared with predictions in another order."""
        self.other_orders.append((self.place(), given, own))

    def _scored(self) -> None:
        """Note where an accuracy was computed, and after how many fits."""
        self.scored_at.append((self.place(), len(self.fits)))

    def seed_set(self, call: str, value: object) -> None:
        """Note a seed that the script sets."""
        made = SeedCall(call, repr(value)[:40], self.place(), len(self.fits))
        del self.seeds[MOST_SEEDS - 1 :]  # so that the last one is always there
        self.seeds.append(made)
        self.timeline.add("seed", made.place, f"calls {call}({made.value})")

    def _network(self, model: Any) -> None:
        if self._models is not None:
            self._models.network(model)

    def _outermost(self, original: Any, wrapper: Callable[..., object]) -> Callable[..., object]:
        @wraps(original)
        def method(model: Any, *arguments: Any, **named: Any) -> Any:
            if self._inside:
                return original(model, *arguments, **named)
            self._inside = True
            try:
                return wrapper(original, model, arguments, named)
            finally:
                self._inside = False

        return method

    def _fit(self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        given, named = by_name(given, named, FIT)
        if self.alternative == "validation":
            changed = validated_apart(Arguments(given, named))
            given, named = changed.given, changed.named
        if self._rounds is not None:
            self._rounds.fit_begins()
        x = argument(given, named, 0, "x")
        validation = named.get("validation_data")
        if isinstance(validation, tuple | list) and len(validation) in (2, 3):
            self._labels.remember(validation[0], validation[1], "the validation data of fit")
        if x is not None:
            self._trained_on.add(id(x))
            self._kept.append(x)
        self._network(model)
        fit = self._running = self._begun(model, given, named)
        step = self.timeline.add("fit", fit.place, fit_words(fit, self.fits, validation, named))
        self.fits.append(fit)
        if fit.chosen_by:
            self._answers = EpochAnswers.of(validation, [what for _, what in fit.chosen_by])
        self.on_data(len(self.fits), x, argument(given, named, 1, "y"))
        if len(self.fits) == MOST_FITS + 1:
            self.say(
                f"it calls fit more than {MOST_FITS} times: later fits are not recorded one by one"
            )
        self._passing = (PassRows(), PassRows())
        try:
            with watched(x, self._passing[0].note) as own, ExitStack() as stack:
                if validation is not None:
                    held = stack.enter_context(watched(validation, self._passing[1].note))
                    named = {**named, "validation_data": held}
                history = original(model, *given, **_instead(named, x, own))
            fit.interrupted = False
            return history
        finally:
            self._running = None
            self.model = model
            fit.printed = self.printed()
            fit.steps = steps_made(model) - fit.optimiser_steps
            step.facts.update(fit=len(self.fits), epochs=fit.epochs, steps=fit.steps)
            self._network(model)
            passed = (self._passing[0].rows, self._passing[1].rows)
            step.what = with_passed(step.what, x, validation, passed)
            split, chooses = named.get("validation_split"), bool(fit.chosen_by)
            fit.validated = self._rows.trained(x, validation, split, chooses, passed)
            if model.built:
                self.fingerprints.append(self._fingerprint(model))
                self._weights.ends(model.get_weights(), len(self.fits))

    def _begun(self, model: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Fit:
        """A fit that begins: with which weights, with which settings."""
        number = len(self.fits) + 1
        known = model in self._networks
        if self.alternative == "rebuild" and known and self._weights.goes_on(model.get_weights()):
            rebuild(model, self._version)
            known = False
        if model not in self._networks:
            self._networks_seen += 1
        network = self._networks.setdefault(model, self._networks_seen)
        weights = model.get_weights() if model.built else []
        return Fit(
            interrupted=True,
            place=self.place(),
            network=network,
            start=self._weights.begins(weights, number, known),
            settings=settings_of(model, given, named),
            optimiser_steps=steps_made(model),
            chosen_by=callbacks_of(named),
            seeds=[seed for seed in self.seeds if seed.fits == number - 1],
        )

    def _watch_epochs(self, history: Any) -> None:
        """Every fit has a ``History``; its end of an epoch tells the metrics."""
        original = history.on_epoch_end

        @wraps(original)
        def on_epoch_end(callback: Any, epoch: int, logs: Any = None) -> None:
            original(callback, epoch, logs)
            fit = self._running
            if fit is None:
                return
            for one in self._passing:
                one.ended = True
            bring_up_to_date(callback.model)
            metrics = {key: as_number(value) for key, value in (logs or {}).items()}
            kept = {key: value for key, value in metrics.items() if value is not None}
            for old, new in OLD_KEYS.items():  # put back beside the name of today
                if new in kept:
                    kept.pop(old, None)
            for key, value in kept.items():
                fit.history.setdefault(key, []).append(value)
            if fit.chosen_by and self._answers is not None:
                self._answers.epoch_ends(callback.model)
            if fit.chosen_by and size_of_weights(callback.model) <= MOST_VALUES:
                self._weights.epoch_ends(callback.model.get_weights(), len(self.fits), fit.epochs)
            if len(self.fits) <= MOST_FITS:
                self.on_epoch(len(self.fits), fit.epochs, kept)

        history.on_epoch_end = on_epoch_end

    def _watch_tests(self, callbacks: Any) -> None:
        """Every ``evaluate`` tells its callbacks at the end each metric under its name."""
        original = callbacks.on_test_end

        @wraps(original)
        def on_test_end(told: Any, logs: Any = None) -> None:
            self._test_logs = dict(logs or {})
            original(told, logs)

        callbacks.on_test_end = on_test_end

    def _evaluate(
        self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        given, named = by_name(given, named, EVALUATE)
        x, y = argument(given, named, 0, "x"), argument(given, named, 1, "y")
        self._test_logs = {}
        passed = PassRows()
        with watched(x, passed.note) as passing:
            result = original(model, *given, **_instead(named, x, passing))
        on_training = id(x) in self._trained_on
        metrics = named_arguments(model, result, self._test_logs)
        self._network(model)
        is_kept = len(self.evaluations) < MOST_FITS
        origin = self._weights.origin(model.get_weights()) if is_kept else Origin()
        rows = self._rows.of(x, passed.rows, origin.fits)
        if is_kept:
            self._scored_step("evaluate", x, rows, origin)
        self.evaluations.append(
            Evaluation(
                metrics,
                length_of(x) or rows.known or None,
                on_training_data=on_training,
                place=self.place(),
                network=self._networks.get(model, 0),
                fits=len(self.fits),
                rows=rows.digest,
                seen=rows.trained,
                chosen_on=rows.chosen,
                origin=origin,
                optimism=self._answers.optimism() if self._answers and rows.chosen >= ALL else None,
                not_accuracy=not_accuracies(model, metrics),
            )
        )
        if y is not None:
            self._labels.remember(x, y, "evaluate")
            if self.with_predictions and len(self.evaluations) <= MOST_FITS:
                self._ask(model, x, on_training)
        return result

    def _ask(self, model: Any, x: Any, on_training: bool) -> None:
        """The model's outputs for an evaluated array; the generators are left as they were."""
        if length_of(x) is None or size_of(x) > MOST_VALUES:
            return
        if not self._labels.has(x):
            return
        with generators_kept():
            outputs = np.asarray(model.predict(x, verbose=0))
        number = self._networks.get(model, 0)
        self._take(x, outputs, len(self.evaluations), on_training, number)

    def _predict(
        self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        given, named = by_name(given, named, PREDICT)
        x = argument(given, named, 0, "x")
        seen, rows = PassLabels(), PassRows()

        def note(number: int, inputs: object, labels: object) -> None:
            seen.note(number, labels)
            rows.note(number, inputs, labels)

        with watched(x, note, with_labels=True) as passing:
            outputs = original(model, *given, **_instead(named, x, passing))
        self._network(model)
        if isinstance(outputs, np.ndarray) and len(self.predictions) < MOST_FITS:
            origin = self._weights.origin(model.get_weights())
            self._scored_step("predict", x, self._rows.of(x, rows.rows, origin.fits), origin)
            number = self._networks.get(model, 0)
            self._take(x, outputs, 0, id(x) in self._trained_on, number)
            own = seen.labels(len(outputs))
            if own is not None and self.predictions and self.predictions[-1].labels is None:
                taken = self.predictions[-1]
                taken.labels, taken.how, taken.own_labels = own, SOURCE, own
        return outputs

    def _scored_step(
        self, kind: Literal["evaluate", "predict"], x: object, rows: RowsOf, origin: Origin
    ) -> None:
        """Note an ``evaluate`` or ``predict``: on which rows, with whose weights."""
        examples = length_of(x) or rows.known or None
        size = f"{examples:,} rows" if examples is not None else type(x).__name__
        if length_of(x) is None and examples is not None:
            size = rows_of(examples, x)
        verb = "evaluates on" if kind == "evaluate" else "predicts for"
        parts = [f"{verb} {size}", rows.words, origin_words(origin, self.fits)]
        self.timeline.add(
            kind,
            self.place(),
            ", ".join(filter(None, parts)),
            examples=examples,
            trained_on=rows.trained,
            validated_on=rows.validated,
        )

    def _take(self, x: Any, outputs: Any, evaluated: int, on_training: bool, network: int) -> None:
        """Keep outputs that are one row of numbers for each example."""
        if outputs.ndim not in (1, 2) or outputs.size > MOST_VALUES:
            return
        table = outputs.reshape(len(outputs), -1).copy()
        labels, how = self._labels.of(x, len(table))
        digest = digest_of(x)
        self._kept.append(x)
        self.predictions.append(
            Prediction(
                table,
                labels,
                how,
                digest,
                evaluated,
                on_training,
                place=self.place(),
                network=network,
            )
        )


def _instead(named: dict[str, object], x: object, passing: object) -> dict[str, object]:
    """The arguments with what passes on the batches of ``x`` in its place."""
    return named if passing is x else {**named, "x": passing}
