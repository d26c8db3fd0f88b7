"""What an earlier call of ``seedbed why`` left: rounds to go on from, or an older script's runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.runs.script.options import Options
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.repeat.why_allocation import Allocation
from seedbed.system.errors import InputError
from seedbed.system.paths import store_path
from seedbed.tracking.records import RunRecord, SweepRecord

SAME = ("script", "folder", "whole_folder", "arguments", "vary_pinned", "vary_environment")
"""Options in which two sweeps of one script agree."""


@dataclass(frozen=True)
class Earlier:
    """The rounds that are recorded.

    Attributes:
        allocation: The largest of them.
        cells: Cells with a result.
    """

    allocation: Allocation
    cells: frozenset[str]

    def holds(self, design: Design) -> bool:
        """Whether every run of a design has a result."""
        return {cell.id for cell in design.cells} <= self.cells


def earlier_rounds(sweep: str) -> Earlier | None:
    """The rounds of a sweep; None if there is none that ``why`` could go on from."""
    record = _recorded(sweep)
    if record is None or record.plan is None:
        return None
    blocks = [block for part in record.plan["parts"] for block in part["radial"]]
    baselines = Counter(source for block in blocks for source in block if source != "base")
    all_vary = max(len(part["all"]) for part in record.plan["parts"])
    allocation = Allocation(dict(baselines), all_vary)
    return Earlier(allocation, frozenset(run.cell for run in record.finished))


def is_begun(sweep: str) -> bool:
    """Whether this machine began the sweep before; reads no store."""
    return (store_path() / "ledgers" / f"{sweep}.parent").exists()


def older_script(design: Design) -> str | None:
    """A sentence about the newest runs of the same script before it was changed; None without."""
    stem = design.name.rpartition("-")[0]
    notes = (store_path() / "ledgers").glob(f"{stem}-??????.parent")
    names = [note.stem for note in sorted(notes, key=lambda one: -one.stat().st_mtime)]
    options = design.cells[0].options
    if design.name in names or not names or not isinstance(options, Options):
        return None
    record = _recorded(names[0])
    run = next(iter(record.runs), None) if record is not None else None
    if record is None or run is None or not _is_same_but_code(run, options):
        return None
    return (
        f"{options.path.name} (or a file that it imports) was changed since {record.name}, so its "
        f"{len(record.runs)} runs are not used; seedbed why {record.name} answers from them"
    )


def _is_same_but_code(run: RunRecord, options: Options) -> bool:
    given: Mapping[str, object] = run.options
    same = all(given.get(name, False) == getattr(options, name) for name in SAME)
    return same and given.get("code") != options.code


def _recorded(sweep: str) -> SweepRecord | None:
    try:
        return read(sweep, arms=False).sweep
    except InputError:
        return None
