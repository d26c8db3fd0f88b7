"""Sees what a script trains and scores: every ``fit``, ``evaluate`` and ``predict`` of a model.

Keras' own methods are wrapped where they are defined, so that a model made in whatever way is
seen, and nothing that the script passes is changed. Only the outermost call counts: the
``evaluate`` that ``fit`` makes for its validation data is part of that ``fit``.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any

from seedbed.doctor.keras3.outdated_calls import OLD_KEYS
from seedbed.runs.keras_private import (
    callback_list,
    is_on_jax,
    layer_class,
    metric_class,
    trainer_classes,
)
from seedbed.runs.script.hooks.alike_rounds import AlikeRounds
from seedbed.runs.script.hooks.alternatives import Arguments, rebuild, validated_apart
from seedbed.runs.script.hooks.calls.arguments import FIT, argument, as_number, by_name
from seedbed.runs.script.hooks.calls.fit_settings import callbacks_of, settings_of
from seedbed.runs.script.hooks.data.pass_rows import PassRows
from seedbed.runs.script.hooks.data.passes import watched
from seedbed.runs.script.hooks.epoch_answers import EpochAnswers
from seedbed.runs.script.hooks.model_hooks import ModelHooks
from seedbed.runs.script.hooks.record.compared_labels import compared
from seedbed.runs.script.hooks.record.observations import (
    MOST_FITS,
    MOST_VALUES,
    Fit,
    LibraryScore,
    Search,
)
from seedbed.runs.script.hooks.record.seed_calls import MOST_SEEDS, NUMPY, SeedCall
from seedbed.runs.script.hooks.score_hooks import ScoreHooks, with_x_replaced
from seedbed.runs.script.hooks.sklearn_hooks import watch_searches, watch_sklearn, watch_splits
from seedbed.runs.script.hooks.steps import (
    fit_words,
    origin_words,
    size_of_weights,
    steps_made,
    with_passed,
)
from seedbed.runs.script.hooks.traces.moments import bring_up_to_date


class Watcher(ScoreHooks):
    """Wraps the methods of Keras and of scikit-learn, and notes what they show."""

    def begin(self, version: int = 3, graph: bool = False) -> None:
        """Wrap Keras' methods and scikit-learn's accuracy.

        Args:
            version: Of the Keras that the script runs on; 2 is tf-keras.
            graph: Whether Keras 2 builds graphs.
        """
        from seedbed.runs.training.weights import fingerprint

        self._fingerprint, self._version = fingerprint, version
        self.orders_by_numpy = graph or is_on_jax(version)
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
        watch_sklearn(
            accuracies=self.accuracies,
            predictions=self.predictions,
            unknown=self._compared,
            scored=self._scored,
            other_order=self._other_order,
            score=self._library_score,
        )
        watch_splits(self.split, self._divided)
        watch_searches(self._searched)

    def script_ended(self) -> None:
        """Note what only the end of the script shows."""
        if self._models is not None and not self.fits:
            self._models.built_for_own_loop()

    def _divided(self, kind: str) -> None:
        """Count the folds and the random splits that splitters give."""
        self.divisions[kind] += 1

    def split(self) -> None:
        """Note a split without a seed of its own, unless the script seeds NumPy before it."""
        if not any(seed.call in NUMPY for seed in self.seeds):
            self.unseeded_splits.append(self.place())

    def _other_order(self, given: float, own: float) -> None:
        """Note that labels are compared with predictions in another order."""
        self.other_orders.append((self.place(), given, own))

    def _compared(self, true: object, given: object) -> None:
        """Note labels and predictions that no network gave, but an estimator."""
        if self.with_predictions and len(self.compared) < MOST_FITS:
            made = compared(true, given, self.place())
            self.compared += [made] if made is not None else []

    def _scored(self) -> None:
        """Note where an accuracy was computed, and after how many fits."""
        self.scored_at.append((self.place(), len(self.fits)))

    def _library_score(self, name: str, value: float) -> None:
        """Note what another metric of scikit-learn returned."""
        if len(self.library_scores) < MOST_FITS:
            score = LibraryScore(name, value, self.place(), len(self.fits))
            self.library_scores.append(score)

    def _searched(self, name: str, value: float, accuracy: bool, picked: str) -> None:
        """Note what a search for the best settings ended with."""
        scores = len(self.evaluations) + len(self.accuracies)
        self.searches.append(Search(name, value, self.place(), accuracy, scores, picked))

    def seed_set(self, call: str, value: object) -> None:
        """Note a seed that the script sets."""
        made = SeedCall(call, repr(value)[:40], self.place(), len(self.fits))
        del self.seeds[MOST_SEEDS - 1 :]  # so that the last one is always there
        self.seeds.append(made)
        self.timeline.add("seed", made.place, f"calls {call}({made.value})")

    def _outermost(self, original: Any, wrapper: Callable[..., object]) -> Callable[..., object]:
        own = os.getpid()

        @wraps(original)
        def method(model: Any, *arguments: Any, **named: Any) -> Any:
            if self._inside or os.getpid() != own:  # a child would write into its parent's record
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
            whose, rows = "the validation data of fit", self._rows.prints(validation[0])
            self._labels.remember(validation[0], validation[1], whose, rows)
        if x is not None:
            self._trained_on.add(id(x))
            self._kept.append(x)
        self._network(model)
        self._loads = self._models.loads if self._models is not None else 0
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
                history = original(model, *given, **with_x_replaced(named, x, own))
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
            callers=self.callers(),
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
