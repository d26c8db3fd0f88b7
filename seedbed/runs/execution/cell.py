"""One cell: train it in this process and record it in a run folder.

The state in the folder is true however the run ends, except when the process vanishes; whoever
started it, or the next reaper, then writes ``killed``.
"""

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.runs.custom.experiment_file import OwnFileError, is_path, their_traceback
from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import parse
from seedbed.system.errors import InputError, RunFailedError
from seedbed.system.files.disk_errors import disk_error
from seedbed.system.files.temporary_folder import own_temporary_folder
from seedbed.system.text.error_words import telling_words
from seedbed.system.text.masking import masked
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    from seedbed.runs.training.train import OnEpoch
from seedbed.runs.execution.network import train_and_score
from seedbed.runs.recording.outcome import Outcome, record_end
from seedbed.runs.recording.stop_request import StoppedError, how_to_stop, sigterm_raises

ENDS = (Exception, SystemExit, StoppedError, KeyboardInterrupt)
"""What ends a run that does not end by itself."""


def run_cell(
    name: str, given: Mapping[str, object], folder: str, watch: "OnEpoch | None" = None
) -> Outcome:
    """Train one cell and record it; the process should not have trained before.

    Args:
        name: Name of the experiment, or absolute path of the user's own file.
        given: Its options, as values or text.
        folder: Path of the run folder, made with its header by the caller.
        watch: Called after each epoch, once it is recorded.

    Returns:
        How it ended. A run that fails is an outcome, not an exception.

    Raises:
        DiskError: The disk is full; the record has no end yet.
    """
    record = RunFolder(Path(folder))
    try:
        with sigterm_raises():
            experiment = find(name)
            options = parse(experiment.options, given)
            if experiment.run is not None:
                outcome = experiment.run(options, record, watch)
            else:
                with own_temporary_folder(record.path / "tmp"):
                    return train_and_score(experiment, options, record, watch)
    except OwnFileError as error:
        outcome = _failed_in_own_file(f"{Path(name).name} raised", str(error), record)
    except (RunFailedError, InputError) as error:
        refused = isinstance(error, InputError)
        outcome = Outcome("failed", {}, reason=str(error), refused=refused)
    except ENDS as error:  # a user's network raises anything
        disk = disk_error(error, record.path)
        if disk is not None:  # no fault of the cell: whoever started it is to stop
            raise disk from None
        theirs = their_traceback(error, Path(name)) if is_path(name) else None
        if stopped := how_to_stop(record, error):
            outcome = Outcome(stopped[0], {}, reason=stopped[1])
        elif theirs:
            outcome = _failed_in_own_file(*theirs, record)
        else:
            (record.artifacts / schema.TRACEBACK).write_text(
                masked(traceback.format_exc()), encoding="utf-8"
            )
            reason = masked(f"{type(error).__name__}: {telling_words(str(error))}")[:1000]
            outcome = Outcome("failed", {}, reason=reason, may_pass=True)
    record_end(record, outcome)
    return outcome


def _failed_in_own_file(reason: str, text: str, record: RunFolder) -> Outcome:
    reason, text = masked(reason), masked(text)
    (record.artifacts / schema.TRACEBACK).write_text(text, encoding="utf-8")
    return Outcome("failed", {}, reason=reason, notes=(text,))
