"""A change of a text, and the changes that mend one finding."""

from collections.abc import Sequence
from dataclasses import dataclass

from seedbed.doctor.source.module import Module

Position = tuple[int, int]
"""Line from 1, and column from 0 in bytes of UTF-8, as ``ast`` counts them."""


@dataclass(frozen=True, order=True)
class Edit:
    """Replace the text between two positions.

    Attributes:
        start: Where the old text begins.
        end: Where it ends; equal to ``start`` if text is only added.
        text: The new text, with line feeds between its lines.
    """

    start: Position
    end: Position
    text: str


@dataclass(frozen=True)
class Patch:
    """The changes of one file that mend one finding.

    Attributes:
        module: The file.
        edits: In any order; they do not overlap.
        safe: True if they change nothing but what varies from run to run.
    """

    module: Module
    edits: tuple[Edit, ...]
    safe: bool = True


def patch_of(module: Module, *edits: Edit | None, safe: bool = True) -> Patch | None:
    """A patch, or None if one of its changes cannot be made."""
    wanted = [edit for edit in edits if edit is not None]
    if not wanted or len(wanted) < len(edits):
        return None
    return Patch(module, tuple(wanted), safe)


def overlap(edit: Edit, others: Sequence[Edit]) -> bool:
    """True if an edit touches the text of another, or stands at its place."""
    return any(
        edit.start == other.start or (edit.start < other.end and other.start < edit.end)
        for other in others
    )
