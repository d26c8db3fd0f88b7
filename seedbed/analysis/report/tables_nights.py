"""The table of a series of nights."""

from seedbed.analysis.findings.night_series import NightSeries
from seedbed.analysis.report.run_words import night_state
from seedbed.analysis.report.tables import NONE, Table
from seedbed.analysis.wording import fixed


def nights_table(series: NightSeries | None) -> Table | None:
    """One row per night, newest first: mean, interval, drift, limit, alarm; None without nights."""
    if series is None:
        return None
    return Table(
        "nights",
        "The nights of the series, newest first. Drift: the moving mean (EWMA) of the chart, in "
        "standard deviations; an alarm of the mean is at its limit or beyond.",
        ("night", "mean (%)", "low (%)", "high (%)", "drift (sd)", "limit (sd)", "outcome"),
        tuple(
            (
                night.day,
                fixed(100 * night.mean),
                NONE if night.low is None else fixed(100 * night.low),
                NONE if night.high is None else fixed(100 * night.high),
                NONE if night.ewma is None else fixed(night.ewma),
                NONE if night.limit is None else fixed(night.limit),
                night_state(night),
            )
            for night in reversed(series.nights)
        ),
        words=(0, 6),
        runs=tuple(night.run_id for night in reversed(series.nights)),
    )
