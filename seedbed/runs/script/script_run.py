"""What a run of a script consists of, and how it ended."""

from dataclasses import dataclass, field

from seedbed.doctor.source.module import Module
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.traces.moments import Moments
from seedbed.runs.script.hooks.traces.tensor_trace import NOTHING, TensorTrace, Traced
from seedbed.runs.script.keras_choice import KerasChoice
from seedbed.runs.script.notebook.commands import LeftOut
from seedbed.runs.script.offline_data import OfflineData
from seedbed.runs.script.options import Options
from seedbed.runs.script.put_back.uses import OldUses
from seedbed.runs.script.randomness.random_streams import RandomStreams
from seedbed.runs.script.randomness.seed_patches import SeedPatches
from seedbed.runs.script.randomness.torch_streams import TorchStreams
from seedbed.runs.script.script_files import imported_modules
from seedbed.runs.script.workspace import Workspace
from seedbed.tracking.run_states import State
from seedbed.tracking.writing.run_folder import RunFolder


@dataclass
class End:
    """How the script ended."""

    state: State = "finished"
    reason: str | None = None
    text: str = ""
    error: BaseException | None = None


@dataclass
class ScriptRun:
    """What a run is made of."""

    options: Options
    record: RunFolder
    module: Module
    choice: KerasChoice
    space: Workspace
    watcher: Watcher
    seeding: SeedPatches
    streams: RandomStreams | None
    uses: OldUses
    moments: Moments
    offline: OfflineData
    traced: Traced = NOTHING
    trace: TensorTrace | None = None
    torch: TorchStreams | None = None
    said: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def modules(self) -> list[Module]:
        """The script, and the files beside it that it imports."""
        return [self.module, *imported_modules(self.module)]
