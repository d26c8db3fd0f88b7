"""Writes the record of a script's run once the script has ended."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from seedbed.runs.script.data_files import data_sha256
from seedbed.runs.script.keras_backend import JAX
from seedbed.runs.script.left_files import left_files
from seedbed.runs.script.numbers import results
from seedbed.runs.script.options import keras_of
from seedbed.runs.script.randomness.advised_calls import advised_calls, with_advised_calls
from seedbed.runs.script.randomness.unseen_draws import unseen_draws
from seedbed.runs.script.script_run import End, ScriptRun
from seedbed.tracking import schema

if TYPE_CHECKING:
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.tracking.random_records import RandomDraws

NO_NUMBER = (
    "it gave no number: it called neither fit nor evaluate of a Keras model, and printed none"
)
NEVER_FITS = "it never calls fit of a Keras model in its own process: only what it prints is known"


def write_record(made: ScriptRun, end: End, seconds: float) -> "Outcome":
    """Write the artifacts, and say how it ended."""
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.runs.settings import environment

    record, watcher, space = made.record, made.watcher, made.space
    folder = record.artifacts
    output = results.keep_output(record.path / "stdout.txt", folder / schema.STDOUT)
    results.keep_output(record.path / "stderr.txt", folder / schema.STDERR)
    found = results.collect(watcher, output, made.uses.warnings, made.uses.of_numbers)
    found.metrics["script_seconds"] = seconds
    found.data_seeds = made.seeding.followed()
    found.source += made.offline.words() if found.source else ""
    written = list(space.written())
    files = results.keep_files(space.top, written, folder)
    warnings = _warnings(made, found, written, files)
    end = _without_number(end, found)
    collapsed = examples = None
    if found.predictions is not None:
        guesses = results.write_predictions(found.predictions, folder, record.header.name)
        if found.headline == schema.SCORE:
            collapsed, labels = guesses, found.predictions.labels
            examples = None if labels is None else len(labels)
    results.write_curves(watcher, folder, record.header.name)
    results.write_story(
        folder,
        watcher,
        found,
        {
            "seeds": {"set_by_the_script": made.seeding.set_at, "kept": made.options.keep_seeds},
            "generators_without_a_seed": made.seeding.unseeded,
            "files": files,
            "written_elsewhere": list(space.outside),
            "remarks": made.said,
            "keras": {"version": made.choice.name, "why": made.choice.why},
            "put_back": made.uses.as_json(),
        },
    )
    if made.streams is not None:
        unseen = unseen_draws(made.said, _reached(made))
        streams = cast("RandomDraws", {**made.streams.asdict(), "unseen": unseen})
        advised = with_advised_calls(streams, made.module)
        results.write_json(folder / schema.RANDOM_STREAMS, advised)
        results.write_json(folder / schema.MOMENTS, _moments(made))
    elif made.options.keep_seeds:
        moments = {**_moments(made), "pins": made.seeding.pins}
        results.write_json(folder / schema.MOMENTS, moments)
    keras = f"{made.choice.full_version}{' on JAX' if made.options.backend == JAX else ''}"
    data = data_sha256(made.options, space, written)
    described = {**environment.describe(made.options, data), "keras": keras}
    results.write_json(folder / schema.ENVIRONMENT, described)
    copied = folder / "script" / made.options.path.name
    copied.parent.mkdir()
    copied.write_bytes(made.options.path.read_bytes())
    if end.text:
        (folder / schema.TRACEBACK).write_text(end.text)
    return Outcome(
        end.state,
        found.metrics,
        watcher.fingerprint if end.state == "finished" else None,
        reason=end.reason,
        collapsed=collapsed if end.state == "finished" else None,
        notes=(end.text,) if end.text else (),
        warnings=warnings,
        test_examples=examples,
        arms=tuple((arm.name, sum(arm.values) / len(arm.values)) for arm in found.arms),
    )


def _moments(made: ScriptRun) -> dict[str, object]:
    """What the run went through, and how its script calls what makes equal runs equal."""
    return {**made.moments.asdict(), "calls": advised_calls(made.module)}


def _reached(made: ScriptRun) -> list[str]:
    """Libraries that draw from the streams; JAX too if only other libraries import it."""
    asks_jax = any("jax" in one.roots for one in made.modules)
    return [*([] if asks_jax else ["jax"]), *(["torch"] if made.torch is not None else [])]


def _without_number(end: End, found: results.Result) -> End:
    return End("failed", NO_NUMBER) if end.state == "finished" and not found.headline else end


def _warnings(
    made: ScriptRun,
    found: results.Result,
    written: list[Path],
    files: list[dict[str, object]],
) -> tuple[str, ...]:
    """What the reader must know of how the script was run."""
    name, say = made.options.path.name, made.watcher.say
    if made.choice != keras_of(made.options):  # that one was said before the first run
        say(f"ran on {made.choice.name}, because {made.choice.why}")
    for sentence in made.uses.sentences():
        say(sentence)
    for sentence in left_files(made.space, written, made.watcher.timeline.steps):
        say(sentence)
    computed = (made.watcher.compared, made.watcher.accuracies, made.watcher.library_scores)
    if not made.watcher.fits and found.headline and not any(computed):
        say(NEVER_FITS)
    if made.space.outside:
        first = next(iter(made.space.outside))
        say(
            f"it writes outside its own folder ({first}), where runs at the same time may "
            "overwrite each other's: give --workers 1, or write relative to the current folder"
        )
    left_out = [one for one in files if not one["kept"]]
    if left_out:
        say(f"it wrote more files than Seedbed keeps: {len(left_out)} large files are only listed")
    return tuple(f"{name}: {sentence}" for sentence in made.said)
