"""How many runs a sweep may ask for; checked before any of them is built."""

from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.section import MOST_RUNS
from seedbed.sweeps.spec.yaml_file import Place


def check_size(
    file: CheckedFile, place: Place, count: int, what: str, most: int = MOST_RUNS
) -> None:
    """Refuse more than a sweep may have.

    Args:
        file: The sweep's file.
        place: What asks for them.
        count: How many there would be.
        what: Of what, in words.
        most: How many there may be.

    Raises:
        InputError: There are too many; says at which line and column.
    """
    of = "runs" if most == MOST_RUNS else "configurations"
    if count > most:
        raise file.refuse(
            place,
            f"a sweep must ask for at most {most:,} {of}, got {count:,} {what}: draw "
            "configurations, leave values out, or make several sweeps.",
        )
