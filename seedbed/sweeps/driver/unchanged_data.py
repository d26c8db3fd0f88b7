"""Refuses to add runs to a sweep whose data changed since its first runs."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypedDict, cast

from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import SCRIPT, Experiment
from seedbed.runs.execution.data_digest import UNREADABLE, data_digests
from seedbed.runs.script.data_files import FileState, changed, files_beside, named_files, states
from seedbed.runs.script.options import Options
from seedbed.runs.settings.options import parse
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.sweeps.ledger.study_notes import StudyNotes
from seedbed.system.errors import InputError
from seedbed.system.files.regular_file import regular_text
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.schema import DATA_SHA256, ENVIRONMENT
from seedbed.tracking.writing.run_folder import RunFolder

TRAINED_ON, FILES = "trained_on", "data_files"
MOST_CELLS = 4
"""Configurations whose data is loaded again before a sweep goes on."""
DIGITS = 12
"""Characters of a digest that are shown."""


class TrainedOn(TypedDict):
    """The data of a finished run.

    Attributes:
        identity: The experiment with its file's content; after an edit, its cells run again.
        params: Options of its cell.
        sha256: Of what it loaded.
    """

    identity: str
    params: dict[str, str]
    sha256: str


def check_data(design: Design, url: str | None) -> list[str]:
    """Compare the data with that of the sweep's first runs, before anything is trained.

    An experiment's data is loaded once more, with the options of runs that have finished; of a
    script, the files are compared that its text or flags name.

    Args:
        design: The sweep.
        url: Its ledger.

    Returns:
        Warnings about changed files that a script may read.

    Raises:
        InputError: The data has changed, and cells are left to run.
    """
    try:
        record = open_record(design.name, url)
    except InputError:  # there is no such sweep yet
        return []
    with closing(LedgerReader(record)) as ledger:
        if ledger.notes.get(FILES if design.experiment == SCRIPT else TRAINED_ON) is None:
            return []  # nothing to compare with, and a large ledger takes seconds to read
        standings = ledger.standings()
        if "done" not in standings.values():
            return []
        waits = any(standings.get(cell.id) != "done" for cell in design.cells)
        if not waits and design.planned <= len(design.cells):
            return []
        if design.experiment == SCRIPT:
            return _check_files(design, ledger.notes)
        _check_loaded(design, ledger.notes)
        return []


def note_files(design: Design, ledger: LedgerReader) -> None:
    """Note the files that a sweep's scripts may read, as its first finished run had them."""
    if design.experiment != SCRIPT:
        return
    has_runs = "done" in ledger.standings().values()
    noted = cast("Mapping[str, FileState]", (has_runs and ledger.notes.get(FILES)) or {})
    every = _scripts(design)
    found = states([*named_files(every), *files_beside(every)], noted)
    ledger.notes.set(FILES, {**found, **noted})


def note_loaded(notes: StudyNotes, cell: Cell, folder: RunFolder, experiment: Experiment) -> None:
    """Note what a finished run of the user's own experiment loaded: once a configuration."""
    if not is_path(experiment.reference):
        return
    noted = _noted(notes, experiment)
    same = [one for one in noted if _configuration(one["params"], cell) == _values(cell)]
    if same or len(noted) >= MOST_CELLS:
        return
    try:
        text = regular_text(folder.artifacts / ENVIRONMENT)
        sha256 = str(json_object(text).get(DATA_SHA256) or "")
    except (OSError, ValueError):  # removed, or of a run on another machine
        return
    if sha256:
        found = TrainedOn(identity=experiment.identity, params=cell.params, sha256=sha256)
        notes.set(TRAINED_ON, [*noted, found])


def _noted(notes: StudyNotes, experiment: Experiment) -> list[TrainedOn]:
    every = cast("list[TrainedOn]", notes.get(TRAINED_ON) or [])
    return [one for one in every if one["identity"] == experiment.identity]


def _configuration(params: Mapping[str, str], cell: Cell) -> list[str | None]:
    return [params.get(name) for name in cell.configuration]


def _values(cell: Cell) -> list[str | None]:
    return _configuration(cell.params, cell)


def _check_loaded(design: Design, notes: StudyNotes) -> None:
    experiment = design.factory.experiment
    every_noted = _noted(notes, experiment)
    noted = list({one["sha256"]: one for one in every_noted}.values())  # options may change nothing
    if not noted:
        return
    every = [parse(experiment.options, one["params"]) for one in noted]
    now = data_digests(experiment, every)
    for one, digest in zip(noted, now, strict=True):
        if digest in (UNREADABLE, one["sha256"]):
            continue
        if data_digests(experiment, every) != now:  # each load gives other data
            return
        then = f"SHA-256 {one['sha256'][:DIGITS]} then, {digest[:DIGITS]} now"
        raise _refusal(design, f"what {Path(design.reference).name} loads", then)


def _check_files(design: Design, notes: StudyNotes) -> list[str]:
    noted = cast("Mapping[str, FileState] | None", notes.get(FILES))
    if noted is None:
        return []
    every = _scripts(design)
    named = states(named_files(every), noted)
    if found := changed(noted, named):
        path = found[0]
        then = f"SHA-256 {noted[path][2][:DIGITS]} then, {named[path][2][:DIGITS]} now"
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise _refusal(design, f"{path}{more}", then)
    beside = changed(noted, states(files_beside(every), noted))
    return [
        f"{Path(path).name} has changed since the first runs of this sweep: if the script reads "
        "it, the runs mix two data sets, and another --name keeps them apart"
        for path in beside
    ]


def _refusal(design: Design, what: str, then: str) -> InputError:
    return InputError(
        f"A sweep's runs must train on the same data, but {what} has changed since the first "
        f"runs of {design.name!r} ({then}): put the old data back, or train every cell on the new "
        "data under another name (--name)."
    )


def _scripts(design: Design) -> Sequence[Options]:
    """The options of one cell of each script with each set of flags."""
    every = [cell.options for cell in design.cells if isinstance(cell.options, Options)]
    return list({(one.path, one.arguments): one for one in every}.values())
