"""A file with a schedule: its series, its timetable, and the file of one of its nights."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ruamel.yaml import YAML

from seedbed.sweeps.design.cells.seed_sets import levels
from seedbed.sweeps.design.design import designed, load
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.schedule_fields import Schedule
from seedbed.sweeps.spec.timetable import Timetable, timetable
from seedbed.system.errors import InputError
from seedbed.system.files.atomic_files import write_whole

DATE = "{date}"


@dataclass(frozen=True)
class Series:
    """One file's nights.

    Attributes:
        name: The sweep's name without its date.
        template: The sweep's name with ``{date}``.
        path: The file.
        schedule: What it says of its nights; the defaults where it has none.
        timetable: When they begin; None where neither the file nor the command says.
    """

    name: str
    template: str
    path: Path
    schedule: Schedule
    timetable: Timetable | None

    def sweep(self, night: str) -> str:
        """The name of a night's sweep."""
        return self.template.replace(DATE, night)


def series_of(path: Path, cron: str | None = None, timezone: str | None = None) -> Series:
    """Read and validate a file whose sweep is to be run every night.

    Args:
        path: The file.
        cron: In place of the file's.
        timezone: In place of the file's.

    Raises:
        InputError: The file breaks a rule, or the times do.
    """
    file = CheckedFile.read(path)
    designed(file)
    schedule = file.fields.schedule or Schedule()
    template = file.fields.name or path.stem
    if DATE not in template:
        template = f"{template}-{DATE}"
    cron = cron or schedule.cron
    return Series(
        name=template.replace(DATE, "").strip("-_.") or path.stem,
        template=template,
        path=file.path.absolute(),
        schedule=schedule,
        timetable=timetable(cron, timezone or schedule.timezone) if cron else None,
    )


def all_series(
    paths: Sequence[Path], cron: str | None, timezone: str | None, *, timed: bool
) -> list[Series]:
    """The series of several files.

    Raises:
        InputError: A file or its times break a rule, two files have one series, or a file says not
            when its nights are although ``timed`` asks for it.
    """
    found: dict[str, Series] = {}
    for path in paths:
        one = series_of(path, cron, timezone)
        if one.name in found:
            raise InputError(
                f"Each file must have a series of its own, but {found[one.name].path} and "
                f"{one.path} are both {one.name!r}: give one of them another name."
            )
        if timed and one.timetable is None:
            raise InputError(
                f"{path} must say when its nights are, but it has no schedule with a cron: add "
                "schedule: {cron: \"0 2 * * *\"}, or give --cron '0 2 * * *'."
            )
        found[one.name] = one
    return list(found.values())


def night_file(series: Series, night: str, folder: Path) -> Path:
    """Write the file of one night: the series' sweep with its date and its fresh seeds.

    The seeds follow from series and night, so that a night that is begun again is the same night.
    What the schedule says stays out of it, because the file becomes part of the record.

    Raises:
        InputError: The series' file is not what it was when it was checked.
    """
    file = CheckedFile.read(series.path)
    fields = file.fields
    content = {key: value for key, value in file.yaml.content.items() if key != "schedule"}
    wanted = fields.schedule.fresh if fields.schedule else 0
    fresh: list[int] = []
    if wanted and isinstance(fields.seeds, int | list):
        fixed = levels(fields.seeds)
        fresh = fresh_seeds(f"{series.name} {night}", wanted, fixed)
        content["seeds"] = [*fixed, *fresh]
    content["name"] = series.sweep(night)
    content["experiment"] = designed(file).reference
    content["night"] = {"series": series.name, "night": night, "fresh": fresh}
    text = io.StringIO()
    text.write(f"# Made by the scheduler from {series.path.name}.\n")
    YAML().dump(content, text)
    path = folder / f"{night}.yaml"
    write_whole(path, text.getvalue())
    load(path)
    return path


def fresh_seeds(text: str, count: int, taken: Sequence[int]) -> list[int]:
    """Seeds that follow from a text, none of them taken."""
    found: list[int] = []
    number = 0
    while len(found) < count:
        digest = hashlib.sha256(f"{text} {number}".encode()).digest()
        seed = int.from_bytes(digest[:4])
        number += 1
        if seed not in taken and seed not in found:
            found.append(seed)
    return found


def night_key(series: Series, planned: datetime, taken: Sequence[str]) -> str:
    """The date of a night, and its time where that day has one already."""
    zone = series.timetable.timezone if series.timetable else series.schedule.timezone
    wall = Timetable("", zone).local(planned)
    for pattern in ("%Y-%m-%d", "%Y-%m-%d-%H%M", "%Y-%m-%d-%H%M%S"):
        if (key := wall.strftime(pattern)) not in taken:
            return key
    return planned.astimezone(UTC).strftime("%Y-%m-%d-%H%M%S%fZ")
