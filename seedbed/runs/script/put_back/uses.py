"""Which outdated thing a script used, on which line, and how it is written today."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from seedbed.doctor.keras3.outdated_code import Outdated
from seedbed.doctor.source.module import Module

MOST_TOLD = 8


@dataclass
class OldUses:
    """Every use of something that was put back.

    Attributes:
        module: The script.
        folder: Folder of the run; frames of files below it are the script's own.
        found: (row of the script, what) → the modern spelling.
        warnings: Sentences about what differs from the year of the script.
        of_numbers: Those of them that tell of other numbers than in that year.
    """

    module: Module
    folder: Path
    found: dict[tuple[int, str], str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    of_numbers: list[str] = field(default_factory=list)

    def add(self, places: list[Outdated]) -> None:
        """Take what is known from the text."""
        for one in places:
            self.found.setdefault((one.row, one.what), one.instead)

    def tell(self, what: str, instead: str) -> None:
        """Record a use by the line of the script that runs now."""
        row = self.row()
        arguments = what.partition("(")[2]
        near = [known for at, known in self.found if at == row]
        if what not in near and not any(arguments and one.endswith(arguments) for one in near):
            self.found[row, what] = instead

    def warn(self, sentence: str, *, changes_numbers: bool = False) -> None:
        """Record what the reader must know, with the line of the script that runs now."""
        row = self.row()
        text = f"{self.where(row)} {sentence}" if row else sentence
        if text not in self.warnings:
            self.warnings.append(text)
            if changes_numbers:
                self.of_numbers.append(text)

    def row(self) -> int:
        """Line of the script that runs now; 0 if it is not on the stack."""
        frame: FrameType | None = sys._getframe(1)
        stem = self.module.path.stem
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.stem == stem and path.is_relative_to(self.folder):
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def where(self, row: int) -> str:
        """``line 3``, or ``cell 2 line 3``."""
        return self.module.line(row).words

    def sentences(self) -> list[str]:
        """What to say when the run ends."""
        said = list(self.warnings)
        if self.found:
            parts = [
                f"{self.where(row)} {what} (today: {instead})"
                for (row, what), instead in sorted(self.found.items())
            ]
            more = len(parts) - MOST_TOLD
            tail = f", and {more} more in script.json" if more > 0 else ""
            said.append(f"put back, because it is gone: {', '.join(parts[:MOST_TOLD])}{tail}")
        return said

    def as_json(self) -> list[dict[str, object]]:
        """Each use for script.json."""
        return [
            {"where": self.where(row), "what": what, "today": instead}
            for (row, what), instead in sorted(self.found.items())
        ]
