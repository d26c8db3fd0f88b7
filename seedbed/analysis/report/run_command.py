"""The command that repeats one run of a sweep."""

import shlex
from collections.abc import Mapping

from seedbed.analysis.answers.why.next_command import (
    SCRIPT,
    experiment_name,
    fields_of_yaml,
    script_arguments,
    script_place,
)
from seedbed.system.errors import NotRecordedError
from seedbed.tracking.reading.design_file import read_design_file
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.store import Store

NUMERIC = ("op_determinism", "threads")
"""Options that ``numeric: free`` sets without naming them in the file."""

REPEAT = "seedbed repeat "
"""How the command for a script's run begins."""

REPEAT_RUN = f"{REPEAT}--run "
"""The same where it names the run by its id, and compares the weights."""

NOT_FLAGS = ("separate", "vary_pinned", "vary_environment", "stream_seeds")
"""Options of a script's run that no flag of ``seedbed repeat`` sets, but ``--run`` does."""


def run_command(sweep: SweepRecord, run_id: str, store: Store) -> str | None:
    """The command that runs a run again; of an experiment, it compares the bits too.

    Args:
        sweep: The sweep.
        run_id: MLflow's id of the run.
        store: Where it is recorded.

    Returns:
        The command; None for an experiment's run without a fingerprint, and if the sweep does not
        say how its runs are made, or says it with characters that nobody can type.
    """
    run = next((one for one in sweep.runs if one.run_id == run_id), None)
    if run is None or (run.fingerprint is None and sweep.experiment != SCRIPT):
        return None
    try:
        fields = fields_of_yaml(read_design_file(sweep.run_id, store))
    except NotRecordedError:
        return None
    free = fields.get("numeric") == "free"
    if sweep.experiment == SCRIPT:
        words = _of_script(sweep.name, run, free)
    else:
        words = _of_experiment(sweep, run, fields, free)
    command = shlex.join(words)
    return command if command and command.isprintable() else None


def _of_experiment(
    sweep: SweepRecord, run: RunRecord, fields: Mapping[str, object], free: bool
) -> list[str]:
    own = fields.get("options")
    names = [*(own if isinstance(own, dict) else {}), *sweep.varied, *sweep.sources]
    if free:
        names += NUMERIC
    given = [part for name in dict.fromkeys(names) for part in _flag(name, run.options)]
    return ["seedbed", "verify", experiment_name(sweep, fields), *given, "--against", run.run_id]


def _of_script(sweep: str, run: RunRecord, free: bool) -> list[str]:
    """``seedbed repeat`` with the run's seed alone, or with its id where flags cannot say all."""
    options = run.options
    changed = str(options.get("alternative", "none")) != "none"
    if changed or "seed" not in options or any(options.get(name) for name in NOT_FLAGS):
        return [*REPEAT_RUN.split(), run.run_id]
    seed = str(options["seed"])
    path, folder = script_place(options)
    chosen = [part for name in ("keras", "backend", "as_of") for part in _chosen(name, options)]
    switches = {
        "--keep-seeds": options.get("keep_seeds"),
        "--no-predictions": options.get("predictions", True) is False,
        "--offline-data": options.get("offline_data"),
    }
    return [
        *REPEAT.split(),
        *(path, *folder),
        *("--seeds", f"{seed},", "--name", f"{sweep}-seed-{seed}"),
        *(["--numeric", "free"] if free else []),
        *chosen,
        *(switch for switch, on in switches.items() if on),
        *script_arguments(options),
    ]


def _chosen(name: str, options: Mapping[str, object]) -> list[str]:
    """The flag of an option that is not at its default."""
    return _flag(name, options) if options.get(name) not in (None, "", 0, "auto") else []


def _flag(name: str, options: Mapping[str, object]) -> list[str]:
    if name not in options:
        return []
    value = options[name]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return [f"--{name.replace('_', '-')}", text]
