"""The prior sd that a question names: a number, an earlier sweep, or every earlier one."""

from collections.abc import Sequence
from dataclasses import replace

from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, earlier_sweeps, read
from seedbed.analysis.answers.units import Unit, margin_in, without_points
from seedbed.analysis.statistics.arms.prior_sd import PriorSd
from seedbed.analysis.statistics.odd_runs import odd_runs
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.system.text.number_text import is_number
from seedbed.tracking.schema import DATA_SHA256

AUTO = "auto"


def prior_of_number(asked: str | float | None, unit: Unit) -> PriorSd | None:
    """A prior that is given as a number.

    Args:
        asked: A number in the unit of the scores, or points (``0.4points``); None for no prior.
        unit: How scores are written.

    Raises:
        InputError: Not a number above 0, more than accuracies can vary, no unit where it may have
            two, or a sweep's name.
    """
    if asked is None:
        return None
    text = str(asked).strip()
    if not is_number(without_points(text)):
        raise InputError(
            f"--prior-sd must be a number here, got {text!r}: only runs of a recorded sweep tell "
            "which earlier sweeps have their data set"
        )
    sd = margin_in(unit, text, "--prior-sd")
    if sd is not None and unit.perfect is not None and sd > unit.perfect / 2:
        raise InputError(
            f"--prior-sd must be at most 50 points, the largest sd of accuracies, got {text}"
        )
    return None if sd is None else PriorSd(sd)


def prior_of_sweep(
    asked: str | float | None, found: Recorded, progress: Progress = silent
) -> PriorSd | None:
    """A prior for the runs of a sweep.

    Args:
        asked: A number, an earlier sweep's name, or ``auto`` for every earlier sweep of the same
            experiment and data set; None for no prior.
        found: The sweep that is asked about.
        progress: Told how far the reading is.

    Raises:
        InputError: As ``prior_of_number``; or a sweep that began later or is of another experiment
            or data set, or none whose runs have a spread.
    """
    if asked is None:
        return None
    text = str(asked).strip()
    if is_number(without_points(text)):
        return prior_of_number(text, found.unit)
    if found.is_imported:
        raise InputError(f"--prior-sd must be a number for runs of another tool, got {text!r}")
    if text != AUTO:
        if text == found.sweep.name:
            raise InputError(f"--prior-sd must be another sweep than {text!r} itself")
        earlier = read(text, progress)
        why = _unlike(found, earlier)
        if why:
            raise InputError(f"--prior-sd {text}: {why}; its sd says nothing about these runs")
        if earlier.sweep.started_ms >= found.sweep.started_ms:
            raise InputError(
                f"--prior-sd {text}: it began after {found.sweep.name!r}, and a prior must be "
                "known before the runs that it helps to judge: name an earlier sweep, or auto"
            )
        return _pooled([earlier], f"sweep {text}")
    alike = [one for one in earlier_sweeps(found, progress) if not _unlike(found, one)]
    return _pooled(alike, count(len(alike), "earlier sweep"))


def _unlike(found: Recorded, earlier: Recorded) -> str | None:
    """Why an earlier sweep's runs are not like these; None where they are."""
    names = earlier.sweep.experiment, found.sweep.experiment
    if names[0] != names[1]:
        return f"it ran {names[0]}, not {names[1]}"
    if _data(found, DATA_SHA256) and _data(earlier, DATA_SHA256):
        known = _data(earlier, DATA_SHA256) == _data(found, DATA_SHA256)
    else:
        known = True
    there, here = _data(earlier, "dataset"), _data(found, "dataset")
    if known and there == here:
        return None
    if there == here:
        return (
            f"its data have the same name ({', '.join(sorted(here)) or 'none'}) but other content"
        )
    names = (", ".join(sorted(there)) or "other data", ", ".join(sorted(here)) or "these data")
    return f"it has another data set ({names[0]}, not {names[1]})"


def _data(found: Recorded, name: str) -> set[str]:
    """What the finished runs record under a name, as an option or of their environment."""
    both = ({**run.environment, **run.options} for run in found.sweep.finished)
    return {str(one[name]) for one in both if one.get(name) is not None}


def _pooled(earlier: Sequence[Recorded], source: str) -> PriorSd:
    """The sd of a run within its configuration, pooled; odd runs are left out."""
    squares, df = 0.0, 0
    for group in (group for one in earlier for group in one.groups):
        odd = odd_runs(group.models) if group.scores.size else ()
        kept = [score for place, score in enumerate(group.models) if place not in odd]
        if len(kept) > 1:
            mean = sum(kept) / len(kept)
            squares += sum((score - mean) ** 2 for score in kept)
            df += len(kept) - 1
    if squares == 0:
        raise InputError(
            f"--prior-sd needs earlier runs that differ, got {source} of this experiment and data "
            "set: give a number, or leave it out"
        )
    return replace(PriorSd((squares / df) ** 0.5, float(df)), source=source)
