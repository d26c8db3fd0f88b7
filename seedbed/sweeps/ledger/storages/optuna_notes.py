"""What is noted about a sweep and its tries, kept with its study by Optuna."""

from collections.abc import Mapping
from typing import Any

from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import TrialState as OptunaState

from seedbed.sweeps.ledger.storages.trial_state import TrialState


class OptunaNotes:
    """Reads and writes the notes of a study, and those of its tries.

    Attributes:
        storage: Optuna's storage.
        study_id: Optuna's id of the study.
    """

    storage: BaseStorage
    study_id: int

    def notes(self) -> dict[str, Any]:
        """What is noted about the sweep as a whole."""
        return self.storage.get_study_user_attrs(self.study_id)

    def note(self, key: str, value: object) -> None:
        """Note something about the sweep as a whole."""
        self.storage.set_study_user_attr(self.study_id, key, value)

    def claim(self, trial_id: int, notes: Mapping[str, object]) -> bool:
        """Have a waiting try run, and note this with it; False if it does not wait."""
        try:
            if not self.storage.set_trial_state_values(trial_id, OptunaState.RUNNING):
                return False
            for key, value in notes.items():
                self.storage.set_trial_user_attr(trial_id, key, value)
        except UpdateFinishedTrialError:
            return False
        return True

    def change(
        self,
        trial_id: int,
        notes: Mapping[str, object],
        state: TrialState | None = None,
        score: float | None = None,
    ) -> bool:
        """Note this with a try, then end it in this state; False if it has ended before."""
        try:
            for key, value in notes.items():
                self.storage.set_trial_user_attr(trial_id, key, value)
            if state is None:
                return True
            values = None if score is None else [score]
            return self.storage.set_trial_state_values(trial_id, OptunaState(state), values)
        except UpdateFinishedTrialError:
            return False
