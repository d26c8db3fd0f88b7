"""What is noted about a sweep as a whole, kept with its study by Optuna."""

from typing import Any

from optuna.storages import BaseStorage


class OptunaNotes:
    """Reads and writes the notes of a study.

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
