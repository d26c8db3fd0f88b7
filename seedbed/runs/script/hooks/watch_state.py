"""What is known of a script that runs: what it trained and scored, and on which data."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from seedbed.runs.script.hooks.alike_rounds import AlikeRounds
from seedbed.runs.script.hooks.alternatives import Alternative
from seedbed.runs.script.hooks.data.data_rows import DataRows
from seedbed.runs.script.hooks.data.known_labels import KnownLabels
from seedbed.runs.script.hooks.data.pass_rows import PassRows
from seedbed.runs.script.hooks.data.row_prints import Prints
from seedbed.runs.script.hooks.epoch_answers import EpochAnswers
from seedbed.runs.script.hooks.model_hooks import ModelHooks
from seedbed.runs.script.hooks.record.compared_labels import Compared
from seedbed.runs.script.hooks.record.observations import (
    Evaluation,
    Fit,
    LibraryScore,
    Prediction,
    Search,
)
from seedbed.runs.script.hooks.record.seed_calls import SeedCall
from seedbed.runs.script.hooks.record.timeline import Timeline
from seedbed.runs.script.hooks.record.weight_log import WeightLog


@dataclass
class WatchState:
    """What was seen in this process.

    Attributes:
        on_epoch: Called after each epoch with (number of the fit, epoch, metrics).
        with_predictions: Whether to ask for predictions after an ``evaluate``.
        say: Called with a sentence that the reader must know.
        fits: Every fit, in order.
        evaluations: Every evaluation, in order.
        predictions: What a ``predict`` or an evaluation gave.
        compared: Labels and predictions of other estimators that scikit-learn's metrics got.
        accuracies: What ``sklearn.metrics.accuracy_score`` returned.
        fingerprints: Fingerprint of the weights after each fit.
        model: The model that was fitted last.
        scored_at: Of each of ``accuracies`` its line, and how many fits came before.
        library_scores: What other metrics of scikit-learn returned.
        searches: What searches of scikit-learn ended with.
        other_orders: Lines that compare predictions with labels in another order, each with the
            share that agrees and the share that would agree in the order of the predictions.
        unseeded_splits: Lines that split data without ``random_state``.
        divisions: How many folds and random splits scikit-learn's splitters gave.
        place: Says which line of the script a call comes from.
        callers: Says from which lines that line was reached, the nearest first.
        on_data: Called before each fit with its number, ``x`` and ``y``.
        printed: Says how many bytes the script has printed.
        alternative: Another course that the script is made to take.
        seed_all: Seeds every generator, each time alike.
        timeline: What the script did, step by step.
        seeds: The seeds that it set.
        unseeded: Sentences on first weights that no seed of the script reaches.
        other_draws: Sentences on other libraries' generators that the script draws from unseeded.
        orders_by_numpy: Whether ``fit`` orders an array's rows by NumPy's generator, not by
            TensorFlow's: on JAX, and where Keras 2 builds graphs.
    """

    on_epoch: Callable[[int, int, dict[str, float]], None]
    with_predictions: bool
    say: Callable[[str], None]
    fits: list[Fit] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    fingerprints: list[str] = field(default_factory=list)
    model: object = None
    place: Callable[[], str] = str
    callers: Callable[[], list[str]] = list
    on_data: Callable[[int, object, object], None] = lambda *_: None
    printed: Callable[[], int] = int
    scored_at: list[tuple[str, int]] = field(default_factory=list)
    library_scores: list[LibraryScore] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)
    other_orders: list[tuple[str, float, float]] = field(default_factory=list)
    unseeded_splits: list[str] = field(default_factory=list)
    divisions: Counter[str] = field(default_factory=Counter)
    alternative: Alternative = "none"
    seed_all: Callable[[], None] = lambda: None
    timeline: Timeline = field(default_factory=Timeline)
    seeds: list[SeedCall] = field(default_factory=list)
    unseeded: list[str] = field(default_factory=list)
    other_draws: list[str] = field(default_factory=list)
    orders_by_numpy: bool = False
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
    _loads: int = 0
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

    @property
    def loaded(self) -> bool:
        """Whether the script loaded weights since the last fit."""
        return self._models is not None and self._models.loads > self._loads

    def rows_of_fit(self, number: int) -> tuple[Prints, Prints]:
        """Fingerprints of the rows that a fit trained on, and of those that it was validated on."""
        return self._rows.of_fit(number)

    def rows_named(self, digest: str) -> Prints:
        """Fingerprints of the rows that were scored under a digest; none if they are not known."""
        return self._rows.named(digest)

    def position(self) -> tuple[int, int]:
        """Number of the newest fit and of the epoch that runs in it, both from 1; 0 without."""
        return len(self.fits), self._running.epochs + 1 if self._running else 0

    def _network(self, model: object) -> None:
        if self._models is not None:
            self._models.network(model)
