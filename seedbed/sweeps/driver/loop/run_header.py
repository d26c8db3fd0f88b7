"""The header of a cell's run folder."""

from seedbed.runs.settings.environment import commit_and_state
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.writing.run_header import RunHeader


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
    )
