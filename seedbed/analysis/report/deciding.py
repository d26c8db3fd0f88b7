"""Which number a report is about: the test accuracy, or that of a script's runs."""

from seedbed.analysis.answers.chosen_number import choose_number
from seedbed.analysis.answers.script.answer import is_of_script
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.tracking.records import SweepRecord


def with_deciding_number(
    sweep: SweepRecord, asked: str | None = None
) -> tuple[SweepRecord, DecidingNumber]:
    """The sweep, whose runs have the number as theirs, and the number.

    Args:
        sweep: The sweep as recorded.
        asked: Of scripts: name of a number; None for the one that stands for a run.

    Raises:
        InputError: There is no such number.
    """
    if not is_of_script(sweep):
        return sweep, TEST_ACCURACY
    sweep, number = choose_number(sweep, asked)
    if number.is_score:
        return sweep, TEST_ACCURACY
    unit = number.unit
    return sweep, DecidingNumber(
        number.metric, number.words, unit.is_accuracy, unit.scale, unit.lower_is_better
    )
