"""``TensorBoard`` among the callbacks where the package is not installed."""

from importlib.util import find_spec
from typing import Any

from seedbed.runs.script.put_back.uses import OldUses


def leave_out_tensorboard(callbacks: Any, uses: OldUses) -> None:
    """Make the callback do nothing if ``tensorboard``, which it writes with, is not there.

    Args:
        callbacks: ``keras.callbacks`` of the Keras that the script runs on.
        uses: Where it is said.
    """
    if find_spec("tensorboard") is not None:
        return

    class TensorBoard(callbacks.Callback):  # type: ignore[misc]
        """Writes nothing."""

        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()
            uses.warn(
                "logs for TensorBoard, which is not installed: the logs are left out (pip install "
                "tensorboard brings them)"
            )

    callbacks.TensorBoard = TensorBoard
