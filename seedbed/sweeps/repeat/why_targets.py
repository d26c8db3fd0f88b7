"""What ``why`` can run: a script or a notebook, or an experiment."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.why.of_sweep import WHY_QUESTION
from seedbed.analysis.answers.why.recorded_streams import recorded_streams
from seedbed.analysis.answers.why.source import free_sources
from seedbed.runs.custom import experiment_file
from seedbed.runs.execution.catalog import NAMES, find
from seedbed.runs.settings.options import RunOptions, parse
from seedbed.runs.settings.seeds import SOURCES
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.inline_sweep import InlineSweep, design_of_inline
from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of
from seedbed.sweeps.repeat.why_allocation import Allocation
from seedbed.sweeps.spec.fields.section import Scalar
from seedbed.system.errors import InputError
from seedbed.tracking.random_records import DrawnBySource, RandomDraws

FITS = ("fit", "fit_generator", "train_on_batch")


class Target(Protocol):
    """Something whose runs differ."""

    @property
    def name(self) -> str:
        """Its name in sentences."""
        ...

    @property
    def first(self) -> Allocation:
        """The runs to begin with."""
        ...

    def design(self, allocation: Allocation) -> Design:
        """The sweep with these runs; those of a smaller allocation are among its own."""
        ...

    def streams(self, sweep: str) -> RandomDraws:
        """What drew random numbers in the first runs of the sweep."""
        ...


@dataclass(frozen=True)
class ScriptTarget:
    """A script or a notebook that knows nothing of Seedbed.

    Attributes:
        script: The file.
        flags: Its own flags.
        folder: Folder to run in; None for the script's own.
        sweep: Name of the sweep; None to make one.
        vary_pinned: Whether seeds that the script sets vary as well.
        vary_environment: Whether threads, determinism and oneDNN vary as well.
        offline_data: Whether Seedbed's data sets stand in for those of ``keras.datasets``.
        backend: What Keras 3 computes with; empty for what the script asks for.
        hash_seed: ``PYTHONHASHSEED`` of the user's shell; empty if it sets none.
    """

    script: Path
    flags: tuple[str, ...] = ()
    folder: Path | None = None
    sweep: str | None = None
    vary_pinned: bool = False
    vary_environment: bool = False
    offline_data: bool = False
    backend: str = ""
    hash_seed: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.script.name

    @property
    def first(self) -> Allocation:
        """Two runs with equal seeds and two with others: they show which sources there are."""
        return Allocation()

    def design(self, allocation: Allocation) -> Design:
        """A sweep of the script in which each source draws from a stream of its own."""
        return self._design({**_plan(allocation), "streams": list(allocation.baselines)})

    def varied(self, runs: int) -> Design:
        """A sweep of so many runs in which every source varies, and one of them again."""
        return self._design({"plan": "attribution", "runs": runs, "baselines": {}, "streams": []})

    def _design(self, seeds: dict[str, object]) -> Design:
        request = RepeatRequest(
            scripts=(self.script,),
            flags=(self.flags,) if self.flags else (),
            seeds=seeds,
            name=self.sweep,
            folder=self.folder,
            separate=True,
            vary_pinned=self.vary_pinned,
            vary_environment=self.vary_environment,
            offline_data=self.offline_data,
            backend=self.backend,
            hash_seed=self.hash_seed,
        )
        return design_of(request)

    def streams(self, sweep: str) -> RandomDraws:
        """What the first runs recorded."""
        return recorded_streams(read(sweep, arms=False).sweep)


@dataclass(frozen=True)
class ExperimentTarget:
    """An experiment, by name or as a user's own file.

    Attributes:
        reference: Name or path.
        options: Options of every run.
        sweep: Name of the sweep; None to make one.
    """

    reference: str
    options: Mapping[str, Scalar] = field(default_factory=dict)
    sweep: str | None = None

    @property
    def name(self) -> str:
        """The experiment's name, or the file's."""
        return Path(self.reference).name

    @property
    def first(self) -> Allocation:
        """Its sources are known, so the first round begins at once."""
        return Allocation.first(self._sources)

    def design(self, allocation: Allocation) -> Design:
        """A sweep of the experiment with an attribution plan."""
        asked = InlineSweep(
            experiment=self.reference,
            vary={},
            options=self.options,
            seeds=_plan(allocation),
            name=self.sweep,
            prefix="why-",
            question=f"{WHY_QUESTION}{Path(self.reference).stem} vary?",
        )
        return design_of_inline(asked)

    def streams(self, sweep: str) -> RandomDraws:  # noqa: ARG002 - known without a run
        """Every source, with the option that pins it."""
        drawn: dict[str, DrawnBySource] = {
            source: {
                "draws": 1,
                "pinned_draws": 0,
                "lines": [],
                "pins": [],
                "pin": f"option {source}_seed: 7",
            }
            for source in self._sources
        }
        return {"sources": drawn, "pins": []}

    @property
    def _sources(self) -> list[str]:
        experiment = find(self.reference)
        options = parse(experiment.options, dict(self.options))
        assert isinstance(options, RunOptions)  # noqa: S101 (it is not a script)
        augments = experiment.augmentation(options) is not None
        return [source for source in SOURCES if source != "augmentation" or augments]


def is_experiment_file(path: Path) -> bool:
    """Whether a file holds an experiment: ``load`` and ``build``, and no training of its own."""
    if path.suffix != ".py" or not path.is_file():
        return False
    try:
        experiment_file.check_functions(path)
        tree = ast.parse(path.read_bytes())
    except (InputError, SyntaxError, ValueError):
        return False
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return not any(isinstance(call, ast.Attribute) and call.attr in FITS for call in calls)


def is_target(given: str) -> bool:
    """Whether something names a script, a notebook or an experiment rather than a sweep."""
    return given in NAMES or Path(given).suffix in (".py", ".ipynb") or "/" in given


def _plan(allocation: Allocation) -> dict[str, object]:
    return {
        "plan": "attribution",
        "runs": allocation.everything,
        "baselines": dict(allocation.baselines),
    }


def sources_to_vary(streams: RandomDraws) -> list[str]:
    """Sources that are worth a run each."""
    return free_sources(streams)
