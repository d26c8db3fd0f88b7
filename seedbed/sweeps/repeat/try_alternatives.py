"""``repeat --try``: run a script on the course that shows what a finding does to its number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.script.alternative import alternative_answer
from seedbed.analysis.answers.script.asked import AskedOfScript
from seedbed.analysis.findings.script.script_runs import Told, told_by_runs
from seedbed.runs.script.hooks.alternatives import Alternative
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of
from seedbed.system.errors import InputError


def alternatives_of(sweep: str) -> list[Told]:
    """The sentences about a script that another course can test, one for each course."""
    runs = read(sweep, arms=False).sweep.finished
    found = [one for one in told_by_runs(runs) if one.alternative != "none"]
    return list({one.alternative: one for one in reversed(found)}.values())


@dataclass(frozen=True)
class TryAlternatives:
    """The other courses of a script.

    Attributes:
        request: How the script is repeated.
        asked: The number that is asked about.

    Raises:
        InputError: There are several scripts or groups of flags.
    """

    request: RepeatRequest
    asked: AskedOfScript

    def __post_init__(self) -> None:
        """Refuse what would pair the runs of one configuration with those of another."""
        if (several := max(len(self.request.scripts), len(self.request.flags))) > 1:
            raise InputError(
                f"--try must follow one script with one group of flags, got {several} "
                "configurations: try each of them by itself."
            )

    def measured(self, sweep: str, train: Callable[[Design], object]) -> Iterator[Answer]:
        """Run each other course under the same seeds, and say what became of the number.

        Args:
            sweep: Name of the sweep that repeated the script.
            train: Runs a design.

        Raises:
            InputError: Fewer than two seeds gave the number on both courses.
        """
        for told in alternatives_of(sweep):
            course = cast(Alternative, told.alternative)
            name = f"{self.request.name}-{course}" if self.request.name else None
            design = design_of(replace(self.request, alternative=course, name=name))
            train(design)
            before, after = (read(one, arms=False).sweep for one in (sweep, design.name))
            yield alternative_answer(before, after, told, self.asked)
