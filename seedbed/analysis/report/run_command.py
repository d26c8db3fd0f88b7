"""The command that repeats one run of a sweep."""

import shlex
from collections.abc import Mapping

from seedbed.analysis.answers.why.next_command import SCRIPT, fields_of_yaml
from seedbed.system.errors import NotRecordedError
from seedbed.tracking.reading.design_file import read_design_file
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.store import Store

NUMERIC = ("op_determinism", "threads")
"""Options that ``numeric: free`` sets without naming them in the file."""


def run_command(sweep: SweepRecord, run_id: str, store: Store) -> str | None:
    """The command that trains a run again and compares its bits with the recorded ones.

    Args:
        sweep: The sweep.
        run_id: MLflow's id of the run.
        store: Where it is recorded.

    Returns:
        The command; None for a script, for a run without a fingerprint, and if the sweep does not
        say how its runs are made, or says it with characters that nobody can type.
    """
    run = next((one for one in sweep.runs if one.run_id == run_id), None)
    if run is None or run.fingerprint is None or sweep.experiment == SCRIPT:
        return None
    try:
        fields = fields_of_yaml(read_design_file(sweep.run_id, store))
    except NotRecordedError:
        return None
    own = fields.get("options")
    names = [*(own if isinstance(own, dict) else {}), *sweep.varied, *sweep.sources]
    if fields.get("numeric") == "free":
        names += NUMERIC
    given = [part for name in dict.fromkeys(names) for part in _flag(name, run.options)]
    experiment = str(fields.get("experiment", sweep.experiment))
    command = shlex.join(["seedbed", "verify", experiment, *given, "--against", run_id])
    return command if command.isprintable() else None


def _flag(name: str, options: Mapping[str, object]) -> list[str]:
    if name not in options:
        return []
    value = options[name]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return [f"--{name.replace('_', '-')}", text]
