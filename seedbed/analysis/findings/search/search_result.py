"""Of a search, the runs that are its result: those of its best configurations on fresh seeds.

The search's own runs chose these configurations, so the best of them are optimistic (see
``seedbed.analysis.statistics.search``). Only ``seedbed search`` reads them; every other
answer about the sweep leaves them out.
"""

from dataclasses import replace

from seedbed.analysis.wording import count, listed
from seedbed.tracking.records import SweepRecord


def result_of(sweep: SweepRecord) -> tuple[SweepRecord, str | None]:
    """The sweep with the runs that are its result, and a sentence about the others.

    Args:
        sweep: The sweep as recorded.

    Returns:
        Of a search, the sweep without the runs that chose the configurations, once a run on fresh
        seeds has finished; any other sweep unchanged, and no sentence.
    """
    if not sweep.fresh_seeds:
        return sweep, None
    seeds = set(sweep.fresh_seeds)
    fresh = tuple(run for run in sweep.runs if run.options.get("seed") in seeds)
    if not any(run.state == "finished" for run in fresh):
        return sweep, (
            "No run on the search's fresh seeds has finished yet: these results are from the runs "
            "that chose the configurations, and the best of them are optimistic."
        )
    named = listed(str(seed) for seed in sweep.fresh_seeds)
    return replace(sweep, runs=fresh), (
        f"Only the runs on fresh seeds ({named}) count here: {len(fresh)} of "
        f"{count(len(sweep.runs), 'run')}. The others chose the configurations, and the best of "
        "them are optimistic."
    )
