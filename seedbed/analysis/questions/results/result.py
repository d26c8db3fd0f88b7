"""What a question returns: verdict, answer, JSON, data frame and picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from seedbed.analysis.answers.answer import (
    COLUMNS,
    Answer,
    plain,
    table_cells,
    to_csv,
    to_json,
    to_markdown,
)
from seedbed.analysis.questions.results.latex import as_latex
from seedbed.system.extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

Cells = Sequence[object]
STRONGEST = ("different", "undecided", "equivalent")
"""Verdicts of several comparisons, the one first that speaks for all."""


@dataclass(frozen=True, repr=False)
class Result:
    """The answer to one question; a notebook shows it as text, table and picture.

    Attributes:
        found: The answer as the commands print it.
    """

    found: Answer

    @property
    def verdict(self) -> str | None:
        """``different``, ``equivalent`` or ``undecided``; None if the question has no verdict.

        Of several comparisons: ``different`` if one of them is, else ``undecided`` if one is.
        """
        said = self.verdicts
        return next((name for name in STRONGEST if name in said), said[0] if said else None)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Every verdict in the answer, each once."""
        return self.found.verdicts

    @property
    def answer(self) -> str:
        """The answer in one sentence, or one for each configuration."""
        return self.found.headline or self.found.sentences[0]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything that the command prints, sentence by sentence."""
        return (*self.found.before, *self.found.sentences)

    @property
    def text(self) -> str:
        """What the command prints in a terminal."""
        return "\n".join(self.found.lines or self.sentences)

    def to_dict(self) -> dict[str, object]:
        """Everything found, as the command prints it with ``--format json``."""
        found = plain(dict(self.found.fields))
        assert isinstance(found, dict)  # noqa: S101 - a mapping becomes a dict
        return found

    def to_json(self) -> str:
        """The same as text."""
        return to_json(self.found)

    def to_csv(self) -> str:
        """The table of quantities, for a spreadsheet."""
        return to_csv(self.found)

    def to_markdown(self) -> str:
        """The sentences and the table, for a paper."""
        return to_markdown(self.found)

    def to_latex(self) -> str:
        """The answer as caption and the table, as LaTeX that needs the package booktabs."""
        columns, rows = self.table()
        return as_latex(self.answer, columns, rows)

    def to_frame(self) -> "DataFrame":
        """The table of quantities as a pandas data frame, one quantity a row.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        require("notebook")
        from pandas import DataFrame

        columns, rows = self.table()
        return DataFrame([list(row) for row in rows], columns=list(columns))

    def figure(self, width: float = 7.2) -> "Figure":
        """The answer as a matplotlib figure.

        Args:
            width: Width in inches: 7.2 spans two columns of a paper, 3.5 one.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        require("notebook")
        from seedbed.analysis.report.figures.answer_picture import draw

        return draw(self.found, width)

    def table(self) -> tuple[Sequence[str], Sequence[Cells]]:
        """Names of the columns, and the rows below them."""
        return COLUMNS, [table_cells(name, value) for name, value in self.found.rows]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.verdict or 'without verdict'}: {self.answer}>"

    def _repr_html_(self) -> str:
        from seedbed.analysis.questions.results.notebook import as_html

        columns, rows = self.table()
        return as_html(self.answer, self._other_sentences(), columns, rows, self._drawing())

    def _other_sentences(self) -> tuple[str, ...]:
        said, answer = self.found.sentences, self.answer
        rest = tuple(dropwhile(lambda line: line in answer, said))
        if any(line in answer for line in rest):  # without it, nothing names the configuration
            rest = said
        return (*(line for line in self.found.before if line not in answer), *rest)

    def _drawing(self) -> "Callable[[], Figure]":
        return self.figure
