"""Another number of a script's runs in the place of the one that stands for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from seedbed.analysis.wording import listed
from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import metric_key

MOST_NAMES = 12


def kinds_of(sweep: SweepRecord) -> list[str]:
    """The kinds of number that every finished run has, such as ``evaluate loss``."""
    tables = [_kinds(run) for run in sweep.finished]
    return [kind for kind in tables[0] if all(kind in one for one in tables)] if tables else []


def kind_called(sweep: SweepRecord, asked: str) -> str | None:
    """The kind of number that a name means: ``loss``, ``EER``, ``printed_eer``; None without.

    Args:
        sweep: The sweep.
        asked: The name, in large or small letters.
    """
    wanted = metric_key(asked).lower()
    kinds = kinds_of(sweep)
    for start in ("evaluate_", "printed_", "val_", ""):  # a bare loss is that of the training
        for kind in kinds:
            if metric_key(kind).lower() == start + wanted:
                return kind
    ending = [kind for kind in kinds if metric_key(kind).lower().endswith(f"_{wanted}")]
    return ending[0] if ending else None


def with_number(sweep: SweepRecord, kind: str) -> SweepRecord:
    """The sweep whose runs have a number of this kind as the one that stands for them.

    Of rounds it is the mean, and arms have each their own.
    """
    return replace(sweep, runs=tuple(_with(run, kind) for run in sweep.runs))


def _with(run: RunRecord, kind: str) -> RunRecord:
    known = _kinds(run)
    if kind not in known:
        return run
    values = run.script.get("by_training", {}).get(kind, [])
    groups: Sequence[Sequence[int]] = run.script.get("groups", [])
    rounds = values if len(groups) == 1 else []
    value = sum(rounds) / len(rounds) if rounds else known[kind]
    what = f"mean over {len(rounds)} rounds of {kind}" if rounds else kind
    number = {"metric": metric_key(kind), "is": what, "why": "you asked for it", "kind": kind}
    arms = [
        {**arm, "values": [values[place] for place in group]}
        for arm, group in zip(run.script.get("arms", []), groups, strict=False)
        if values
    ]
    script = {**run.script, "number": number, "rounds": rounds, "arms": arms}
    return replace(run, script=script, metrics={**run.metrics, metric_key(kind): value})


def _kinds(run: RunRecord) -> Mapping[str, float]:
    found = run.script.get("kinds", {})
    return found if isinstance(found, dict) else {}


def no_such_number(asked: str, names: Sequence[str], option: str = "--metric") -> InputError:
    """That no number has this name, with the names that there are."""
    shown = listed(names, limit=MOST_NAMES)
    return InputError(
        f"{option} must be a number that every run gave, got {asked!r}{nearest(asked, names)}: "
        f"there are {shown}."
    )
