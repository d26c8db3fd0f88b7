"""Tables with a row per epoch: the runs of a long table, and logs of one run, which are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import number_of
from seedbed.tracking.importing.score_names import is_score_name, words_of
from seedbed.tracking.importing.tools.table_cells import is_given

COUNTERS = ({"epoch"}, {"step"}, {"global", "step"}, {"iteration"}, {"training", "iteration"})
"""Words of the columns that number the epochs of a log."""
OF_RUNS = {"seed", "run", "trial", "fold", "repeat", "name", "id", "state", "status", "replicate"}
"""Words of the columns that tell runs apart."""
CHANGING = {"lr", "time", "timestamp", "date", "elapsed", "seconds", "wall", "duration", "samples"}
"""Words of columns that change from epoch to epoch without being scores."""
LEAST_ROWS = 3

Row = Mapping[str, object]


@dataclass(frozen=True)
class History:
    """One run of a table with a row per epoch.

    Attributes:
        rows: Indices of its rows, in the order of its epochs.
        params: The columns that are the same in all rows of a run.
        counter: The column that numbers its epochs.
    """

    rows: tuple[int, ...]
    params: tuple[str, ...]
    counter: str


def histories_of(columns: Sequence[str], rows: Sequence[Row]) -> list[History] | None:
    """The runs of a table whose rows are their epochs; None of a table with a row per run.

    The rows of a run follow one another, or agree in all columns but its scores and what changes
    while it trains. Its epochs are counted in equal steps from 0, 1 or the first step on.

    Args:
        columns: The names of its columns.
        rows: Its rows.
    """
    counter = next((name for name in columns if set(words_of(name)) in COUNTERS), None)
    epochs = [] if counter is None else [number_of(row.get(counter)) for row in rows]
    known = [epoch for epoch in epochs if epoch is not None]
    if counter is None or len(known) < len(rows):
        return None
    rest = [name for name in columns if name != counter and not is_score_name(name)]
    for groups in (_blocks(known), _agreeing(rows, rest)):
        ordered = [sorted(group, key=known.__getitem__) for group in groups]
        params = tuple(name for name in rest if _is_constant(name, rows, ordered))
        told_apart = len({_key(rows[group[0]], params) for group in ordered}) > 1
        if told_apart and all(_counts([known[at] for at in group], counter) for group in ordered):
            lengths = median(len(group) for group in ordered)
            if lengths >= LEAST_ROWS:
                return [History(tuple(group), params, counter) for group in ordered]
    return None


def _blocks(epochs: Sequence[float]) -> list[list[int]]:
    """Indices of rows that follow one another while the epoch rises."""
    blocks: list[list[int]] = []
    for at, epoch in enumerate(epochs):
        if not at or epoch <= epochs[at - 1]:
            blocks.append([])
        blocks[-1].append(at)
    return blocks


def _agreeing(rows: Sequence[Row], rest: Sequence[str]) -> list[list[int]]:
    """Indices of rows that agree in all columns that do not change in training."""
    names = [name for name in rest if not set(words_of(name)) & CHANGING]
    groups: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(rows):
        groups.setdefault(_key(row, names), []).append(at)
    return list(groups.values())


def _key(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) if is_given(row.get(name)) else "" for name in names)


def _is_constant(name: str, rows: Sequence[Row], groups: Sequence[Sequence[int]]) -> bool:
    return all(len({_key(rows[at], [name]) for at in group}) == 1 for group in groups)


def _counts(epochs: Sequence[float], counter: str) -> bool:
    """Whether epochs rise in equal steps from 0 or 1 on; the last may be short.

    Steps may begin with the first step (100, 200 …). Epochs 10, 20, 30 may be lengths of training.
    """
    steps = [round(b - a, 9) for a, b in pairwise(epochs)]
    if not steps:
        return True
    even = min(steps) > 0 and len(set(steps[:-1])) <= 1 and steps[-1] <= steps[0]
    firsts = (0, 1) if "epoch" in words_of(counter) else (0, 1, steps[0])
    return even and epochs[0] in firsts


def refuse_logs(columns: Sequence[str], rows: Sequence[Row], what: str) -> None:
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
