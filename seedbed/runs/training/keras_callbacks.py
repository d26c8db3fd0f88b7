"""Keras callbacks around the compiled loop."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from seedbed.runs.training.epoch_loop import Loop
from seedbed.tracking import schema

if TYPE_CHECKING:
    import keras

BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")


class Callbacks:
    """Tells the callbacks what ``model.fit`` would tell them about training.

    Where one of them wants every batch, the epoch is trained a step at a time, with the same bits
    and slower.

    Args:
        callbacks: The callbacks.
        model: What is trained.
        epochs: How many epochs are wanted.
        steps: Steps of an epoch.
    """

    def __init__(
        self,
        callbacks: Sequence["keras.callbacks.Callback"],
        model: "keras.Model",
        epochs: int,
        steps: int,
    ) -> None:
        import keras

        self._model, self._steps = model, steps
        self._any = bool(callbacks)
        self._every_batch = any(
            getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)
            for callback in callbacks
            for hook in BATCH_HOOKS
        )
        model.stop_training = False
        self._list: keras.callbacks.CallbackList = keras.callbacks.CallbackList(
            list(callbacks), model=model, epochs=epochs, steps=steps, verbose=0
        )

    @property
    def asked_to_stop(self) -> bool:
        """Whether a callback set ``model.stop_training``."""
        return bool(self._model.stop_training)

    def begin(self, history: Mapping[str, Sequence[float]]) -> None:
        """Training begins; epochs of an earlier try are told again, and the model put back."""
        from seedbed.runs.training.weights import restore, snapshot

        self._list.on_train_begin()
        if not self._any or not history:
            return
        state = snapshot(self._model)
        for epoch in range(len(history[schema.VAL_LOSS])):
            self._list.on_epoch_begin(epoch)
            self._list.on_epoch_end(epoch, _logs({k: v[epoch] for k, v in history.items()}))
        restore(self._model, state)

    def epoch(self, epoch: int, loop: Loop) -> None:
        """Train one epoch, counted from 1."""
        self._list.on_epoch_begin(epoch - 1)
        if not self._every_batch:
            loop.run(epoch)
            return
        for step in range(self._steps):
            self._list.on_train_batch_begin(step)
            loop.run(epoch, step, step + 1)
            logs = {key: float(value) for key, value in self._model.get_metrics_result().items()}
            self._list.on_train_batch_end(step, logs)

    def epoch_ended(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Tell the epoch's metrics under Keras' names."""
        self._list.on_epoch_end(epoch - 1, _logs(metrics))

    def end(self) -> None:
        """Training ended."""
        self._list.on_train_end()


def _logs(metrics: Mapping[str, float]) -> dict[str, float]:
    return {key.removeprefix("train_"): value for key, value in metrics.items()}
