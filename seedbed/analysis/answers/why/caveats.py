"""What limits an answer of ``why``: what was not reached, failed runs, draws that do not match."""

from collections.abc import Mapping, Sequence

from seedbed.analysis.answers.why.source import source_words
from seedbed.tracking.random_records import RandomDraws
from seedbed.tracking.records import RunRecord


def caveats(runs: Sequence[RunRecord], streams: RandomDraws) -> list[str]:
    """Sentences on what the runs do not tell.

    Args:
        runs: Every run of the sweep, whatever its state.
        streams: What drew random numbers.
    """
    counts = streams.get("varying_counts", {})
    return [*_failures(runs), *_counts(counts), *_unseen(streams.get("unseen", ()))]


def _failures(runs: Sequence[RunRecord]) -> list[str]:
    """Sources whose change makes runs fail.

    A run is compared with the one from which it differs in a source: where that failed too, the
    source is not what fails.
    """
    told = []
    alone: dict[str, list[RunRecord]] = {}
    own = {run.options.get("seed"): run for run in runs if not run.options.get("stream_seeds")}
    for run in runs:
        source = str(run.options.get("stream_seeds", "")).rpartition("=")[0]
        before = own.get(run.options.get("seed"))
        fails = before is not None and before.state == "failed"
        if source and ";" not in source and not fails:
            alone.setdefault(source, []).append(run)
    for source, changed in alone.items():
        failed = [run for run in changed if run.state == "failed"]
        if failed:
            told.append(
                f"{len(failed)} of {len(changed)} runs in which only {source_words(source)} "
                f"changed failed ({failed[0].reason}), so its share is that of the finished runs."
            )
    return told


def _counts(counts: Mapping[str, Sequence[int]]) -> list[str]:
    """Which sources draw a different number of times under other seeds."""
    return [
        f"{source} draws a different number of times from run to run ({first} against {second}), "
        "so after that its runs have no draws in common."
        for source, (first, second) in counts.items()
    ]


def _unseen(remarks: Sequence[str]) -> list[str]:
    return [f"Not reached: {one}." for one in remarks]
