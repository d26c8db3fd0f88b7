"""Where runs of ``seedbed repeat --keep-seeds`` part; they would not if the script seeded all."""

from collections.abc import Callable, Iterable

from seedbed.analysis.answers.why.parting import fits_to_compare, parting
from seedbed.runs.script.options import Options
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.repeat.why_lockstep import run_lockstep
from seedbed.system.errors import NotRecordedError
from seedbed.tracking import schema
from seedbed.tracking.reading.random_streams import read_course
from seedbed.tracking.reading.recorded_lockstep import recorded_lockstep
from seedbed.tracking.records import RunRecord
from seedbed.tracking.store import Store


def kept_seeds_parting(
    design: Design, finished: Iterable[RunRecord], say: Callable[[str], None]
) -> list[str]:
    """Sentences on the first two runs of each script that keeps its seeds; none if they agree.

    Args:
        design: A sweep of scripts.
        finished: Its finished runs.
        say: Told if runs start to find the tensor that differs first.
    """
    options = design.cells[0].options
    if not isinstance(options, Options) or not options.keep_seeds:
        return []
    runs: dict[str, list[RunRecord]] = {}
    for run in finished:
        runs.setdefault(f"{run.options['script']} {run.options['arguments']}".strip(), []).append(
            run
        )
    told = []
    for name, pair in runs.items():
        if len(pair) < 2 or _result(pair[0]) == _result(pair[1]):
            continue
        try:
            one, two = (read_course(run.run_id, Store()) for run in pair[:2])
        except NotRecordedError:  # of an earlier version
            continue
        lockstep = recorded_lockstep(pair[:2])
        fits = fits_to_compare(one, two)
        if lockstep is None and fits is not None:
            say(f"{name} diverges in a training step: it runs twice again, side by side")
            lockstep = run_lockstep(pair[:2], fits)
        told += [f"{name}: {sentence}" for sentence in parting(one, two, lockstep)]
    return told


def _result(run: RunRecord) -> tuple[object, ...]:
    numbers = (run.metrics.get(name) for name in (schema.SCORE, schema.HEADLINE))
    return run.fingerprint, *numbers
