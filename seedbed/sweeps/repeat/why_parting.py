"""Run the two equal runs of ``why`` again side by side, where they diverge."""

from collections.abc import Callable

from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.sweeps.repeat.why_lockstep import run_lockstep


def run_side_by_side(
    fits: int | None, sweep: str, say: Callable[[str], None], limit_s: float | None = None
) -> bool:
    """Run two equal runs again side by side, to find the first tensor that differs.

    Args:
        fits: The fit in whose steps they diverge, from ``with_parting``; None if there is nothing
            to run.
        sweep: Their sweep.
        say: Receives a sentence before they start, because they take as long as before.
        limit_s: Seconds after which they are stopped; None for no limit.

    Returns:
        Whether they ran; ``with_parting`` then adds what they show.
    """
    if fits is None:
        return False
    record = read(sweep, arms=False).sweep
    parts = plan_parts(record, record.runs)
    assert parts is not None and parts.identical is not None  # noqa: S101, PT018 (they diverged)
    say("two equal runs diverge in a training step: both run again side by side to find the tensor")
    run_lockstep(parts.identical, fits, limit_s)
    return True
