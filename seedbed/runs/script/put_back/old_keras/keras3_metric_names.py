"""``model.metrics_names`` with the name of each metric, where Keras 3 has ``compile_metrics``."""

import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from seedbed.runs.script.put_back.uses import OldUses

ALL_IN_ONE = "compile_metrics"
"""The name under which Keras 3 lists the compiled metrics as one."""


class _Metric(Protocol):
    name: str
    metrics: "Sequence[_Metric]"


class _Model(Protocol):
    metrics: Sequence[_Metric]


def restore_metrics_names(trainer: type, uses: OldUses) -> None:
    """Give the names in the order of what ``evaluate`` returns, as Keras 2 did.

    Args:
        trainer: The class of Keras 3 that defines ``evaluate``.
        uses: Where a use by the script is recorded.
    """
    original = inspect.getattr_static(trainer, "metrics_names").fget

    def metrics_names(model: _Model) -> list[str]:
        given: list[str] = list(original(model))
        if ALL_IN_ONE not in given:
            return given
        if Path(sys._getframe(1).f_code.co_filename).is_relative_to(uses.folder):
            uses.tell(".metrics_names", "model.evaluate(…, return_dict=True)")
        names: list[str] = []
        for metric in model.metrics:
            parts = metric.metrics if metric.name == ALL_IN_ONE else [metric]
            names += [part.name for part in parts]
        return names

    trainer.metrics_names = property(metrics_names)  # type: ignore[attr-defined]
