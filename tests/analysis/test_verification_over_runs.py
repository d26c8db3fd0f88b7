"""Error rates over runs."""

from seedbed.analysis.answers.predictions.verification import _over_runs
from seedbed.analysis.statistics.answers.verification import Verification
from seedbed.analysis.statistics.estimate import Estimate


def run(rate: float) -> Verification:
    share = Estimate(rate, None, None, 20, "one run", 0.95)
    return Verification(0.0, 0.0, 0.5, share, share, share, impostors=20, genuine=20)


def test_no_interval_of_an_error_rate_goes_below_nought() -> None:
    answer = _over_runs([run(0.0)] * 5 + [run(0.05)], 0.95)
    rates = dict(answer.rows)
    for name in ("far", "frr", "hter"):
        found = rates[name]
        assert isinstance(found, Estimate)
        assert (found.low, found.value > 0) == (0, True)
