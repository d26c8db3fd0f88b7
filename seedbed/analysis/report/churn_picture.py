"""The picture of the test examples on which runs disagree, as a file."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from seedbed.analysis.findings.arm_findings import Disputed
from seedbed.analysis.report.figures.drawing.style import WIDE, Picture, png
from seedbed.analysis.report.figures.predictions.disputed import draw_disputed
from seedbed.analysis.report.images import stored_images
from seedbed.system.errors import InputError
from seedbed.tracking.records import SweepRecord


def write_churn_picture(
    sweep: SweepRecord, path: Path, examples: Sequence[Disputed], names: list[str]
) -> tuple[Path, bool]:
    """Write the picture as PNG.

    Args:
        sweep: The sweep; its runs name the data set that has the examples.
        path: The file.
        examples: Examples to show, with their votes.
        names: Names of the classes.

    Returns:
        The file, and whether it shows the examples themselves or their votes only.

    Raises:
        InputError: The folder cannot be written.
    """
    fetch = stored_images(sweep)
    wanted = [one.example for one in examples]
    images = dict(zip(wanted, fetch(wanted), strict=True)) if fetch is not None else {}
    drawn = Picture("churn", "", "", partial(draw_disputed, examples, names, images))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(drawn, WIDE))
    except OSError as error:
        raise InputError(
            f"the picture needs a folder that can be written, got {path.parent} "
            f"({error.strerror or error}): choose another one with --output"
        ) from None
    return path, bool(images)
