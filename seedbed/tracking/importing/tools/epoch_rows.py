"""Tables with a row per epoch, which must not be taken for tables with a row per run."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from seedbed.system.errors import InputError
from seedbed.tracking.importing.score_names import words_of

COUNTERS = ({"epoch"}, {"step"}, {"global", "step"}, {"iteration"}, {"training", "iteration"})
"""Words of the columns that number the epochs of a log."""
OF_RUNS = {"seed", "run", "trial", "fold", "repeat", "name", "id", "state", "status", "replicate"}
"""Words of the columns that tell runs apart."""
LEAST_ROWS = 3


def refuse_logs(columns: Sequence[str], rows: Sequence[Mapping[str, object]], what: str) -> None:
    """Refuse a table whose rows are the epochs of a run.

    Args:
        columns: The names of its columns.
        rows: Its rows.
        what: The table in words.

    Raises:
        InputError: It is a chart's export of W&B, or the log of one run.
    """
    if any(" - " in name and name.endswith("__MIN") for name in columns):
        raise InputError(
            f"{what} is the export of a W&B chart, with a column per run: export the table of the "
            "project's runs instead, which has a row per run"
        )
    if len(rows) < LEAST_ROWS or any(OF_RUNS & set(words_of(name)) for name in columns):
        return
    for name in columns:
        if set(words_of(name)) in COUNTERS and _rises([row.get(name) for row in rows]):
            raise InputError(
                f"{what} must have a row per run, but {name!r} counts its rows as in the log of "
                "one run: `csvlogs:FOLDER` reads a folder of such logs"
            )


def _rises(values: Sequence[object]) -> bool:
    numbers = [value for value in values if isinstance(value, (int, float))]
    return len(numbers) == len(values) and all(a < b for a, b in pairwise(numbers))
