"""Compare a cell with a recorded run: do they have the same bits, and if not, why?"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.reproduce.verify import COLD, KNOBS, Say, Verifier, last_weights
from seedbed.runs.settings.options import RunOptions, as_params
from seedbed.tracking import schema
from seedbed.tracking.processors import processor_change


def verify_against(
    experiment: Experiment, options: RunOptions, recorded: "Recorded", say: Say
) -> bool:
    """Train the cell once more and compare with a recorded run; True if identical."""
    with tempfile.TemporaryDirectory() as folder:
        verifier = Verifier(experiment, options, Path(folder), say)
        mine = verifier.trained(COLD)
        say(f"here:     {last_weights(mine)}\nrecorded: {recorded.fingerprint}")
        for line in recorded.differences(options):
            say(f"  {line}")
        if last_weights(mine) == recorded.fingerprint:
            say("identical")
            return True
        weights = [value for name, value in mine if name.startswith("epoch ")]
        pairs = enumerate(zip(weights, recorded.weights_by_epoch, strict=False), start=1)
        first = next((epoch for epoch, (one, two) in pairs if one != two), None)
        if first is not None:
            say(f"the first epoch that differs: {first}")
        params = as_params(options)
        for knob, _ in KNOBS:
            theirs = recorded.params.get(knob, params[knob])
            if theirs == params[knob]:
                continue
            if last_weights(verifier.trained(COLD, changes={knob: theirs})) == recorded.fingerprint:
                say(f"responsible: {knob}; with {knob}={theirs}, as recorded, it is identical")
                return False
            say(f"not {knob} alone: with {knob}={theirs}, as recorded, it differs too")
        say(conclusion(recorded, options))
        return False


def conclusion(recorded: "Recorded", options: RunOptions) -> str:
    """The last sentence about a run that differs from its record."""
    from seedbed.runs.settings.environment import describe

    here = describe(options, "")
    change = processor_change(recorded.environment, here)
    if change is None:
        return "not identical; what differs is listed above"
    return (
        f"not identical, but the processor differs ({change}): equal code and seeds may give "
        "other bits there, so this does not show that the code changed. Compare on a processor "
        "of the same kind."
    )


@dataclass(frozen=True)
class Recorded:
    """A recorded run.

    Attributes:
        fingerprint: Of its final weights.
        params: Its options, as text.
        environment: Its environment.
        weights_by_epoch: Fingerprint after each epoch; empty where they were not recorded.
    """

    fingerprint: str
    params: dict[str, str]
    environment: dict[str, str]
    weights_by_epoch: Sequence[str]

    def differences(self, options: RunOptions) -> list[str]:
        """What differs in options and environment, a line each."""
        from seedbed.runs.settings.environment import describe

        here: dict[str, object] = {**as_params(options), **describe(options, "")}
        there = {**self.params, **self.environment}
        skipped = {schema.DATA_SHA256, "device", "data"}
        return [
            f"{key}: {there[key] or 'unknown'} there, {here[key] or 'unknown'} here"
            for key in sorted(here.keys() & there.keys() - skipped)
            if str(there[key]) != str(here[key])
        ]
