"""The design that a ledger was filled with, and whether it is still the same."""

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.ledger.storage import LedgerStorage
from seedbed.sweeps.spec.yaml_file import Place


def place_of(what: str, design: Design) -> Place:
    """Where the sweep's file speaks of a difference; its experiment where it does not."""
    if what in ("experiment", "search", "seeds"):
        return (what,)
    for section in ("options", "configurations"):
        if what in (getattr(design.file.fields, section) or ()):
            return (section, what)
    return ("experiment",)


def file_of(book: LedgerStorage) -> str | None:
    """The sweep's file as it was last run, or None for a ledger made before its file was noted."""
    found = book.storage.get_study_user_attrs(book.study_id).get("file")
    return str(found["text"]) if found else None
