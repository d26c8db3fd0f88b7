"""Put everything in place that a run of a script needs, before the script runs."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.doctor.source.module import Module
from seedbed.runs.script.hooks.calls.places import Places
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.traces.moments import Moments
from seedbed.runs.script.hooks.traces.tensor_trace import Traced
from seedbed.runs.script.keras_choice import KerasChoice
from seedbed.runs.script.offline_data import OfflineData
from seedbed.runs.script.options import Options
from seedbed.runs.script.paths.outside import read_outside
from seedbed.runs.script.process import process_setup
from seedbed.runs.script.put_back.uses import OldUses
from seedbed.runs.script.randomness.draw_sources import is_called_by_script
from seedbed.runs.script.randomness.random_streams import RandomStreams
from seedbed.runs.script.randomness.seed_patches import SeedPatches
from seedbed.runs.script.script_files import imported_modules, read
from seedbed.runs.script.script_run import ScriptRun
from seedbed.runs.script.workspace import Workspace
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    from seedbed.runs.training.train import OnEpoch


def prepare(
    options: Options,
    record: RunFolder,
    watch: "OnEpoch | None",
    choice: KerasChoice,
    *,
    seeding: SeedPatches,
    traced: Traced,
) -> ScriptRun:
    """Put everything in its place; nothing of the script has run yet."""
    said: list[str] = []

    def say(sentence: str) -> None:
        if sentence not in said:
            said.append(sentence)

    def on_epoch(fit: int, epoch: int, metrics: dict[str, float]) -> None:
        named = {schema.script_metric(fit, key): value for key, value in metrics.items()}
        record.epoch(epoch, named)
        if watch is not None:
            watch(epoch, named)

    home, module = options.home, read(options.path)
    modules = [module, *imported_modules(module)]
    beside = read_outside(modules, home, options.base, options.arguments)
    space = Workspace.make(home, record.path / "work", record.path, beside)
    words = partial(line_words, options.path.stem, module)
    place = Places(record.path, words)
    seeding.place = place
    moments = Moments(place, partial(is_called_by_script, str(record.path), words))
    watcher = Watcher(
        on_epoch,
        options.predictions,
        say,
        place=place,
        callers=place.callers,
        printed=process_setup.bytes_printed,
        alternative=options.alternative,
        seed_all=seeding.seed_all,
    )
    seeding.on_seed = watcher.seed_set
    streams = None
    if options.separate:
        streams = RandomStreams(
            options.own_seeds,
            options.seed,
            record.path,
            line_of=words,
            has_fitted=lambda: bool(watcher.fits),
            vary_pinned=options.vary_pinned,
        )
        streams.on_seed = watcher.seed_set
    uses = OldUses(module, record.path)
    return ScriptRun(
        options=options,
        record=record,
        module=module,
        choice=choice,
        space=space,
        watcher=watcher,
        seeding=seeding,
        streams=streams,
        uses=uses,
        moments=moments,
        offline=OfflineData(uses.warn),
        traced=traced,
        said=said,
    )


def line_words(stem: str, module: Module, file: str, row: int) -> str:
    """A place in the script's copy as its author knows it: ``line 14`` or ``helper.py line 3``."""
    name = Path(file)
    if name.stem != stem:
        return f"{name.name} line {row}"
    return module.line(row).words
