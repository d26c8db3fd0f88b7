"""Whether runs with the same seeds still end with the same weights."""

from collections.abc import Mapping, Sequence

import numpy as np

from seedbed.analysis.nights.causes import causes
from seedbed.analysis.nights.judgement import (
    FINGERPRINT,
    NAMED,
    Change,
)
from seedbed.analysis.nights.night_facts import Facts
from seedbed.tracking.night_records import NightOfProcessor, NightPage
from seedbed.tracking.processors import processor_change
from seedbed.tracking.schema import PROCESSOR_FIELDS


def same_processor(night: Facts, last: NightPage) -> Mapping[str, str]:
    """The last fingerprints known of this kind of processor, by run."""
    for one in (last, *last.get("elsewhere", ())):
        if processor_change(one.get("environment", {}), night.environment) is None:
            return one.get("fingerprints", {})
    return {}


def known_elsewhere(night: Facts, last: NightPage) -> list[NightOfProcessor]:
    """The last fingerprints known of each other kind of processor, with its fields."""
    found: list[NightOfProcessor] = []
    for one in (last, *last.get("elsewhere", ())):
        environment = one.get("environment", {})
        if processor_change(environment, night.environment) is not None:
            fields = {name.key: environment.get(name.key, "") for name in PROCESSOR_FIELDS}
            found.append({"environment": fields, "fingerprints": one.get("fingerprints", {})})
    return found


def note_on_processor(night: Facts, last: NightPage, known: Mapping[str, str]) -> str:
    """Why fingerprints were not compared, where runs with the same seeds ran elsewhere before."""
    before = last.get("fingerprints", {})
    change = processor_change(last.get("environment", {}), night.environment)
    others = [run for run, found in night.fingerprints.items() if before.get(run, found) != found]
    if change is None or not others or known.keys() & night.fingerprints.keys():
        return ""
    return (
        f"note: {len(others)} runs with the same seeds have different weights than the night "
        f"before, but on another processor ({change}), which may round differently: their "
        "fingerprints are compared with the next night on the same kind of processor."
    )


def moved_runs(night: Facts, known: Mapping[str, str]) -> list[str]:
    """Runs whose fingerprints differ from the last ones known of the same kind of processor."""
    return [run for run, found in night.fingerprints.items() if known.get(run, found) != found]


def fingerprint_change(
    night: Facts, last: NightPage, known: Mapping[str, str]
) -> tuple[Change | None, bool]:
    """The change of weights, and whether it is the same as last night's: runs that never repeat."""
    moved = moved_runs(night, known)
    if not moved:
        return None, False
    names = [night.names.get(run, run) for run in moved]
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" * (len(names) > NAMED))
    compared = sum(run in known for run in night.fingerprints)
    text = (
        f"fingerprint: {len(moved)} of {compared} runs with the same seeds have different weights "
        f"than before ({shown}){_effect(night, last, moved)}."
    )
    same = not causes(last.get("environment", {}), night.environment)
    return Change(FINGERPRINT, text), bool(last.get("moved")) and same


def _effect(night: Facts, last: NightPage, moved: Sequence[str]) -> str:
    """By how much the accuracy of the moved runs changed, with its t interval."""
    known = last.get("accuracies", {})
    now = {run: value for runs in night.fixed.values() for run, value in runs.items()}
    gaps = [100 * (now[run] - known[run]) for run in moved if run in now and run in known]
    if not gaps:
        return ""
    mean = float(np.mean(gaps))
    if len(gaps) < 2 or np.ptp(gaps) == 0:
        return f"; their accuracy moved by {mean:+.2f} points (n={len(gaps)})"
    from seedbed.analysis.statistics.spread import mean_interval

    found = mean_interval(gaps)
    return (
        f"; their accuracy moved by {mean:+.2f} points (95 % interval {found.low:+.2f} to "
        f"{found.high:+.2f}, n={len(gaps)})"
    )
