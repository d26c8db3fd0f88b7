"""Cells as trials: the waiting trial of a cell, and the cell of a trial."""

from collections.abc import Mapping, Sequence

from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import parse
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.trial_attributes import CELL, NAME, PARAMS, SEEDS
from seedbed.sweeps.spec.fields.section import Scalar


class CellTrials:
    """The cells of one sweep, those of its file and those that its strategy adds.

    Args:
        cells: The cells of the sweep's file.
        experiment: What the sweep trains, as ``catalog.find`` takes it.
        varied: Names of the options that differ between configurations.
    """

    def __init__(self, cells: Sequence[Cell], experiment: str, varied: Sequence[str]) -> None:
        self._cells = {cell.id: cell for cell in cells}
        self._designed = frozenset(self._cells)
        self._experiment = experiment
        self._varied = tuple(varied)
        self._values: dict[str, list[Scalar]] = {}

    def belongs(self, trial: LedgerTrial) -> bool:
        """Whether the trial's cell is still in the sweep's file, or was added by a strategy."""
        return trial.attrs[CELL] in self._cells or PARAMS in trial.attrs

    def waiting(self, cell: Cell, spent: Mapping[str, int] | None = None) -> FrozenTrial:
        """A waiting trial for a cell, with its options where Optuna's own tools look for them.

        Args:
            cell: The cell.
            spent: How many tries of it failed or were lost before.
        """
        self._cells.setdefault(cell.id, cell)
        attrs = {CELL: cell.id, NAME: cell.name, SEEDS: cell.seeds, **(spent or {})}
        if cell.id not in self._designed:
            attrs[PARAMS] = cell.params
        return create_trial(
            state=TrialState.WAITING,
            params=dict(cell.configuration),
            distributions={
                option: CategoricalDistribution(self._choices(option, value))
                for option, value in cell.configuration.items()
            },
            user_attrs=attrs,
        )

    def next_try(self, trial: LedgerTrial, spent: Mapping[str, int]) -> FrozenTrial:
        """A waiting trial that tries the cell of ``trial`` again."""
        return self.waiting(self.cell_of(trial), spent)

    def cell_of(self, trial: LedgerTrial) -> Cell:
        """The cell of a trial; a strategy's cell is rebuilt from what was noted with it."""
        cell_id = trial.attrs[CELL]
        if cell_id not in self._cells:
            self._cells[cell_id] = self._rebuilt(trial)
        return self._cells[cell_id]

    def _choices(self, option: str, value: Scalar) -> list[Scalar]:
        """Values of an option in the sweep's file, and ``value`` if a strategy chose it."""
        if option not in self._values:
            designed = (
                self._cells[cell_id] for cell_id in self._cells if cell_id in self._designed
            )
            values = (cell.configuration.get(option) for cell in designed)
            self._values[option] = [v for v in dict.fromkeys(values) if v is not None]
        known = self._values[option]
        return known if value in known else [*known, value]

    def _rebuilt(self, trial: LedgerTrial) -> Cell:
        attrs = trial.attrs
        options = parse(find(self._experiment).options, attrs[PARAMS])
        configuration = {option: getattr(options, option) for option in self._varied}
        return Cell(attrs[CELL], attrs[NAME], configuration, options, dict(attrs[SEEDS]))
