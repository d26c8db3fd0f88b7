"""Sees what a script scores: every ``evaluate`` and ``predict`` of a model."""

from typing import Any, Literal

import numpy as np

from seedbed.runs.script.hooks.calls.accuracy_names import not_accuracies
from seedbed.runs.script.hooks.calls.arguments import (
    EVALUATE,
    PREDICT,
    argument,
    by_name,
    digest_of,
    length_of,
    named_arguments,
    size_of,
)
from seedbed.runs.script.hooks.data.data_rows import ALL, RowsOf
from seedbed.runs.script.hooks.data.pass_labels import SOURCE, PassLabels
from seedbed.runs.script.hooks.data.pass_rows import PassRows
from seedbed.runs.script.hooks.data.passes import watched
from seedbed.runs.script.hooks.generator_state import generators_kept
from seedbed.runs.script.hooks.record.observations import (
    MOST_FITS,
    MOST_VALUES,
    Evaluation,
    Prediction,
)
from seedbed.runs.script.hooks.record.weight_log import Origin
from seedbed.runs.script.hooks.steps import origin_words, rows_of
from seedbed.runs.script.hooks.watch_state import WatchState


class ScoreHooks(WatchState):
    """Notes scores and outputs, on which rows, and with whose weights."""

    def _evaluate(
        self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        given, named = by_name(given, named, EVALUATE)
        x, y = argument(given, named, 0, "x"), argument(given, named, 1, "y")
        self._test_logs = {}
        passed = PassRows()
        with watched(x, passed.note) as passing:
            result = original(model, *given, **with_x_replaced(named, x, passing))
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
                optimism=self._optimism(rows),
                not_accuracy=not_accuracies(model, metrics),
                loaded=self.loaded,
            )
        )
        if y is not None:
            self._labels.remember(x, y, "evaluate", self._rows.prints(x))
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
            outputs = original(model, *given, **with_x_replaced(named, x, passing))
        self._network(model)
        if isinstance(outputs, np.ndarray) and len(self.predictions) < MOST_FITS:
            origin = self._weights.origin(model.get_weights())
            found = self._rows.of(x, rows.rows, origin.fits)
            self._scored_step("predict", x, found, origin)
            number = self._networks.get(model, 0)
            taken = self._take(x, outputs, 0, id(x) in self._trained_on, number)
            own = seen.labels(len(outputs))
            if taken is not None:
                taken.chosen_on, taken.origin = found.chosen, origin
                taken.optimism, taken.loaded = self._optimism(found), self.loaded
                taken.seen = found.trained
                if own is not None and taken.labels is None:
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

    def _optimism(self, rows: RowsOf) -> float | None:
        """How much the best epoch's accuracy is too high on rows that all chose it."""
        return self._answers.optimism() if self._answers and rows.chosen >= ALL else None

    def _take(
        self, x: Any, outputs: Any, evaluated: int, on_training: bool, network: int
    ) -> Prediction | None:
        """Keep outputs that are one row of numbers for each example; None of any others."""
        if outputs.ndim not in (1, 2) or outputs.size > MOST_VALUES:
            return None
        table = outputs.reshape(len(outputs), -1).copy()
        labels, how = self._labels.of(x, self._rows.prints(x))
        digest = digest_of(x)
        self._rows.name(digest, x)
        self._kept.append(x)
        taken = Prediction(
            table,
            labels,
            how,
            digest,
            evaluated,
            on_training,
            place=self.place(),
            network=network,
        )
        self.predictions.append(taken)
        return taken


def with_x_replaced(named: dict[str, object], x: object, passing: object) -> dict[str, object]:
    """The arguments with what passes on the batches of ``x`` in its place."""
    return named if passing is x else {**named, "x": passing}
