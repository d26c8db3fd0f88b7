"""Check that a ledger belongs to the design that is to be run."""

import uuid
from collections.abc import Mapping
from typing import Protocol, cast

from seedbed.runs.settings.options import as_text, later_defaults
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.ledger.study_notes import DESIGN, FILE, IDENTITY, StudyNotes
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.yaml_file import Place


class LedgerDesign(Protocol):
    """What a ledger takes of a sweep: its cells, and what tells it from other sweeps."""

    @property
    def name(self) -> str:
        """Name of the sweep, and of its ledger."""

    @property
    def experiment(self) -> str:
        """Name of the experiment."""

    @property
    def reference(self) -> str:
        """The experiment from any folder."""

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of the options that differ between configurations."""

    @property
    def fixed(self) -> Mapping[str, str]:
        """Options that are the same in every cell, as text."""

    @property
    def planned(self) -> int:
        """The most cells that the sweep may ask for."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What is run without looking at any result."""

    @property
    def file(self) -> CheckedFile:
        """The sweep's file: resumed by its text, and named in what is refused."""


def note_design(notes: StudyNotes, design: LedgerDesign) -> None:
    """Note the design in a new ledger, or check it against the noted one.

    A name belongs to one experiment and one set of fixed options; cells may be added.

    Raises:
        InputError: The ledger belongs to another design.
    """
    mine = {"experiment": design.experiment, **design.fixed}
    noted = cast("Mapping[str, object] | None", notes.get(DESIGN))
    if notes.get(IDENTITY) is None:
        notes.set(IDENTITY, uuid.uuid4().hex)
    if noted is None:
        notes.set(DESIGN, mine)
    elif differing := _differing(noted, mine, design):
        what = "; ".join(
            f"{key}: {noted.get(key, 'varied')} there, {mine.get(key, 'varied')} here"
            for key in differing
        )
        raise design.file.refuse(
            _place_of(differing[0], design.file),
            f"A sweep's name must belong to one design, but {design.name!r} belongs to another "
            f"one ({what}): choose another name.",
        )
    notes.planned = design.planned
    notes.set(FILE, {"name": design.name, "text": design.file.text})


def _differing(
    noted: Mapping[str, object], mine: Mapping[str, str], design: LedgerDesign
) -> list[str]:
    """What two designs fix differently; an option that is not there yet has its default."""
    default = {
        name: as_text(value) for name, value in later_defaults(design.cells[0].options).items()
    }
    keys = {**noted, **mine}
    return [
        key for key in keys if noted.get(key, default.get(key)) != mine.get(key, default.get(key))
    ]


def _place_of(what: str, file: CheckedFile) -> Place:
    """Where the sweep's file names an option; its experiment if it does not."""
    if what in ("experiment", "search", "seeds"):
        return (what,)
    for section in ("options", "configurations"):
        if what in (getattr(file.fields, section) or ()):
            return (section, what)
    return ("experiment",)
