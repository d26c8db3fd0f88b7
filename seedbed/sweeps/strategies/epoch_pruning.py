"""Give up a run by its validation accuracy after an epoch: Optuna's pruners, fed by the ledger.

The pruners keep their notes in a study. It is private and in memory, and follows the ledger: which
runs there are, their curves, and how they ended.
"""

from typing import Literal

import optuna
from optuna.storages import InMemoryStorage
from optuna.trial import TrialState, create_trial

from seedbed.sweeps.strategies.protocol import SweepState

STUDY = "epochs"
ENDED = {"done": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL}


class EpochPruner:
    """Median rule or Hyperband over the epochs of runs.

    Args:
        kind: Which rule: below the median of the finished runs at the same epoch (from the sixth
            run on), or Hyperband's successive halving with a factor of 3 (Li et al. 2018).
        epochs: Epochs of a run that is not given up.
    """

    def __init__(self, kind: Literal["median", "hyperband"], epochs: int) -> None:
        self._kind = kind
        self._pruner: optuna.pruners.BasePruner = (
            optuna.pruners.MedianPruner()
            if kind == "median"
            else optuna.pruners.HyperbandPruner(max_resource=epochs, reduction_factor=3)
        )
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._storage = InMemoryStorage()
        self._study = optuna.create_study(
            storage=self._storage, study_name=STUDY, direction="maximize", pruner=self._pruner
        )
        self._study_id = self._storage.get_study_id_from_name(STUDY)
        self._trials: dict[str, int] = {}

    def prune(self, cell: str, state: SweepState) -> str | None:
        """Why the run of this cell is not worth finishing; None to go on.

        Args:
            cell: Identity of a cell that is running.
            state: How far the sweep is, with curves.
        """
        for other in state.curves:
            if other != cell:
                self._follow(other, state)
        if cell not in state.curves or not self._follow(cell, state):
            return None
        curve = state.curves[cell]
        last = max(curve)
        rule = "below the median" if self._kind == "median" else "not among the best third"
        return f"{rule} of the runs so far after epoch {last} ({100 * curve[last]:.2f} %)"

    def _follow(self, cell: str, state: SweepState) -> bool:
        """Bring the study up to date with one run; True if the rule gave it up at a new epoch."""
        storage = self._storage
        if cell not in self._trials:
            running = create_trial(state=TrialState.RUNNING)
            self._trials[cell] = storage.create_new_trial(self._study_id, running)
        trial_id = self._trials[cell]
        known = storage.get_trial(trial_id)
        if known.state.is_finished():
            return False
        pruned = False
        for epoch, value in sorted(state.curves[cell].items()):
            if epoch not in known.intermediate_values:
                storage.set_trial_intermediate_value(trial_id, epoch, value)
                pruned |= self._pruner.prune(self._study, storage.get_trial(trial_id))
        standing = state.standings.get(cell, "running")
        if standing in ENDED:
            values = [max(state.curves[cell].values())] if standing == "done" else None
            storage.set_trial_state_values(trial_id, ENDED[standing], values)
        return pruned
