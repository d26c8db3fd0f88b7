"""When one error is common to all runs, and when it is not."""

import pytest

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.driver.loop.common_failure import CommonFailure

FINISHED = Outcome("finished", {"test_accuracy": 0.5})


def failed(reason: str, *, may_pass: bool = False) -> Outcome:
    return Outcome("failed", {}, reason=reason, may_pass=may_pass)


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ([failed("a")], None),
        (
            [failed("a line 3: E: 11 of 20"), failed("a line 3: E: 10 of 8.5")],
            "a line 3: E: 11 of 20",
        ),
        ([failed("a line 3: E: 11"), failed("a line 4: E: 11")], None),
        ([failed("a"), failed("a")], "a"),
        ([failed("a"), Outcome("stopped", {}), failed("a")], "a"),
        ([failed("a"), failed("b"), failed("a")], None),
        ([FINISHED, failed("a"), failed("a")], None),
        ([failed("a"), FINISHED, failed("a")], None),
        ([failed("a", may_pass=True)] * 2, None),
    ],
)
def test_two_runs_with_one_error_and_none_without(
    outcomes: list[Outcome], reason: str | None
) -> None:
    seen, blind = CommonFailure(is_watching=True), CommonFailure(is_watching=False)
    for outcome in outcomes:
        seen.take(outcome)
        blind.take(outcome)
    assert (seen.reason, blind.reason) == (reason, None)


def test_after_a_first_error_no_more_runs_start_than_show_that_all_have_it() -> None:
    seen = CommonFailure(is_watching=True)
    assert seen.allowed(8) == 8
    seen.take(failed("a"))
    assert seen.allowed(8) == 1
    seen.take(FINISHED)
    assert seen.allowed(8) == 8
