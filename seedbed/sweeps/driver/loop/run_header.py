"""The header of a cell's run folder."""

from collections.abc import Iterable
from itertools import takewhile

from seedbed.runs.settings.environment import commit_and_state
from seedbed.runs.settings.options import as_text
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.writing.run_header import RunHeader

LONG = 6
"""Letters up to which a shared beginning stays."""


def run_header(design: Design, cell: Cell, parent_run_id: str) -> RunHeader:
    """What is known of a cell's run before it starts.

    Args:
        design: The sweep.
        cell: The cell.
        parent_run_id: The sweep's run in MLflow.
    """
    return RunHeader(
        experiment=design.experiment,
        name=cell.name,
        cell=cell.id,
        params=cell.params,
        seeds=cell.seeds,
        owner=Owner.this().asdict(),
        sweep=design.name,
        parent_run_id=parent_run_id,
        commit=commit_and_state()[0],
        configuration=cell.label,
        distinct=distinct_values(design, cell),
    )


def distinct_values(design: Design, cell: Cell) -> str:
    """The values of a cell's configuration; of long texts the part that differs, ``…b, 0.01``.

    Args:
        design: The sweep, with the configurations to tell it from.
        cell: The cell.
    """
    return ", ".join(
        _end(cell.params[name], (one[name] for one in design.configurations if name in one))
        if isinstance(value, str)
        else cell.params[name]  # a number without its first digits would be another one
        for name, value in cell.configuration.items()
    )


def _end(value: str, others: Iterable[object]) -> str:
    """A text without the beginning that it shares with another one, if that is long."""
    if len(value) <= LONG:
        return value
    shared = max(
        (_shared(value, other) for other in map(as_text, others) if other != value), default=0
    )
    return f"…{value[shared:]}" if LONG < shared < len(value) else value


def _shared(one: str, other: str) -> int:
    """Letters at the beginning that two texts share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
