"""The outcome of a run whose task has ended, however it ended; the run's folder gets its end."""

from concurrent.futures import Future
from dataclasses import dataclass

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.system.errors import InputError, StoreError
from seedbed.system.files.disk_errors import disk_error
from seedbed.system.text.masking import masked
from seedbed.tracking.writing.run_folder import RunFolder

REMOVED = "its folder was removed"


@dataclass(frozen=True)
class TaskEnd:
    """How a task ended.

    Attributes:
        outcome: The outcome of its run.
        fatal: An error that also ends the sweep, such as a full disk, or None.
    """

    outcome: Outcome
    fatal: InputError | StoreError | None = None


def outcome_of_future(future: Future[Outcome], folder: RunFolder) -> TaskEnd:
    """The outcome of a run, and whether the sweep can go on.

    Args:
        future: The run's task, which has ended.
        folder: The run's folder; gets an end, unless the run wrote one.
    """
    removed = Outcome("failed", {}, reason=REMOVED, may_pass=True)
    error = None if future.cancelled() else future.exception()
    if error is None and not future.cancelled():
        outcome: Outcome = future.result()
        # only a result waits for the ledger; any other end may be delivered and removed by now
        is_lost = outcome.state == "finished" and not folder.path.exists()
        return TaskEnd(removed if is_lost else outcome)
    if not folder.path.exists():
        return TaskEnd(removed)
    end = _without_result(error, folder)
    try:
        folder.end(end.outcome.state, end.outcome.reason)
    except FileNotFoundError:
        return TaskEnd(removed, end.fatal)
    except OSError as full:  # the next driver on this host finds the folder without an end
        disk = disk_error(full, folder.path)
        if disk is None:
            raise
        end = TaskEnd(end.outcome, end.fatal or disk)
    recorded = folder.ended()
    if recorded is not None and recorded.state == "finished":  # killed after it was recorded
        result = Outcome(
            "finished",
            dict(recorded.metrics),
            recorded.fingerprint,
            test_examples=recorded.test_examples,
        )
        return TaskEnd(result, end.fatal)
    return end


def _without_result(error: BaseException | None, folder: RunFolder) -> TaskEnd:
    """The end of a task that was cancelled (no error) or raised."""
    asked = folder.asked()
    if asked is not None:
        return TaskEnd(Outcome(asked[0], {}, reason=asked[1]))
    if isinstance(error, InputError | StoreError):
        return TaskEnd(Outcome("stopped", {}, reason=str(error)), error)
    disk = disk_error(error, folder.path)
    if disk is not None:
        return TaskEnd(Outcome("stopped", {}, reason=str(disk)), disk)
    if error is None or isinstance(error, ProcessDiedError):
        return TaskEnd(Outcome("killed", {}, reason=str(error or "cancelled"), may_pass=True))
    reason = masked(f"{type(error).__name__}: {error}")
    return TaskEnd(Outcome("failed", {}, reason=reason, may_pass=True))
