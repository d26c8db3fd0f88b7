"""Arms of a script that a person names: its evaluations, or any numbers that its runs gave."""

import re
from collections.abc import Sequence
from dataclasses import replace

from seedbed.analysis.findings.script.script_number import no_such_number
from seedbed.analysis.wording import SCRIPT_ARM
from seedbed.system.errors import InputError
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import metric_key

MANY = re.compile(r"(evaluate|fit|accuracy_score)\d+$")
PREFERRED = ("accuracy", "acc", "loss")


def with_chosen_arms(sweep: SweepRecord, names: Sequence[str], metric: str) -> SweepRecord:
    """The sweep whose runs have these arms in the place of those that were found.

    Args:
        sweep: The sweep as recorded.
        names: Names of numbers, or of evaluations such as ``evaluate1``.
        metric: The number that is compared.

    Raises:
        InputError: One of them is not there, or there are not two of them.
    """
    if len(set(names)) < 2:
        raise InputError(
            f"--arms must name two numbers or more, got {', '.join(names)!r}: write "
            '--arms "evaluate1,evaluate2", say.'
        )
    known = [
        name
        for name in sweep.finished[0].metrics
        if all(name in run.metrics for run in sweep.finished)
    ]
    keys = [_key(name, known, metric) for name in names]
    runs = tuple(_with(run, names, keys) for run in sweep.runs)
    return replace(sweep, runs=runs)


def _key(name: str, known: Sequence[str], metric: str) -> str:
    """The recorded number that an arm's name means."""
    plain = metric_key(name)
    for key in (plain, f"printed_{plain}"):
        if key in known:
            return key
    own = [key for key in known if key.startswith(f"{plain}_")] if MANY.match(plain) else []
    wanted = re.sub(r"^(?:test|evaluate|printed)_", "", metric)
    for word in (wanted, *PREFERRED):
        if found := [key for key in own if key.endswith(f"_{word}")]:
            return found[0]
    if own:
        return own[0]
    numbers = [key for key in known if not key.endswith(("_epochs", "_seconds"))]
    raise no_such_number(name, numbers, "--arms")


def _with(run: RunRecord, names: Sequence[str], keys: Sequence[str]) -> RunRecord:
    if any(key not in run.metrics for key in keys):
        return replace(run, script={**run.script, "arms": []})
    arms = [
        {"name": name, "differs": {SCRIPT_ARM: name}, "values": [run.metrics[key]], "is": key}
        for name, key in zip(names, keys, strict=True)
    ]
    return replace(run, script={**run.script, "arms": arms, "rounds": []})
