"""``repeat --run``: train one recorded run of a script again, with every option that it had."""

from dataclasses import dataclass

from seedbed.runs.script.options import Options
from seedbed.runs.settings.options import parse, specs, values_of
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.generated_file import design_of_text, yaml_text
from seedbed.system.errors import InputError
from seedbed.system.paths import store_path
from seedbed.tracking.reading.run_lookup import find_run
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import RunRecord
from seedbed.tracking.schema import score_of
from seedbed.tracking.store import Store
from seedbed.tracking.writing.experiment_note import note_verdicts
from seedbed.tracking.writing.parent_run import ParentRun

FEWEST_OPTIONS = frozenset({"seed", "folder", "script", "arguments"})
"""Options that every run of a script has, and no run of an experiment."""
ID_DIGITS = 12


@dataclass(frozen=True)
class RecordedScriptRun:
    """A run that is to be repeated.

    Attributes:
        run_id: MLflow's id of it.
        score: Its accuracy or headline.
        fingerprint: SHA-256 of its final weights; None for one without a network.
        design: A sweep of its cell alone.
        is_repeated: Whether that sweep ran before, so that nothing is run now.
    """

    run_id: str
    score: float
    fingerprint: str | None
    design: Design
    is_repeated: bool = False

    @property
    def announcement(self) -> str:
        """What is about to be run, and what it is compared with."""
        options = self.design.cells[0].options
        assert isinstance(options, Options)  # noqa: S101 (the design is of a script)
        if self.is_repeated:
            return (
                f"Run {self.run_id} of {options.path.name} was repeated before, as the sweep "
                f"{self.design.name}, so nothing is run; another --name repeats it anew."
            )
        weights = f", weights {self.fingerprint[:ID_DIGITS]}" if self.fingerprint else ""
        return (
            f"Runs {options.path.name} once with every option and seed of run {self.run_id} "
            f"(score {self.score:.6g}{weights}), and says whether it comes out the same."
        )

    def comparison(self) -> str:
        """Whether the repeat came out the same, in a sentence or two; its sweep notes it, too."""
        store = Store()
        sweep = read_sweep(self.design.name, store)
        is_same, said = self._compared(sweep.finished[0])
        ParentRun(store, sweep.run_id).verdict("identical" if is_same else "different", said)
        note_verdicts(store, store.experiment_id(sweep.experiment))
        return said

    def _compared(self, again: RunRecord) -> tuple[bool, str]:
        """Whether the repeat is equal bit for bit, and that in words."""
        if self.fingerprint is not None and again.fingerprint is not None:
            mine, theirs, what = again.fingerprint[:12], self.fingerprint[:12], "weights are"
            is_same = again.fingerprint == self.fingerprint
        else:
            score = score_of(again.metrics)
            mine, theirs, what = f"{score:.6g}", f"{self.score:.6g}", "score is"
            is_same = score == self.score
        if is_same:
            return True, f"The {what} the same as in run {self.run_id}, bit for bit ({mine})."
        return False, (
            f"The {what} not the same as in run {self.run_id}: {mine}, not {theirs}. Another "
            "processor, environment or state of the data changes it, and so does what equal seeds "
            "do not reach."
        )


def recorded_script_run(run_id: str, name: str | None) -> RecordedScriptRun:
    """The run with this id, and the sweep that repeats it; nothing is run.

    Args:
        run_id: MLflow's id of the run.
        name: Name of the sweep; None to make one from the id.

    Raises:
        InputError: No run of a script that finished has this id, or its script is not here.
        StoreError: The store cannot be reached.
    """
    store = Store()
    store.check()
    found = find_run(store, run_id)
    if found is None or found.score is None:
        raise InputError(
            f"--run must name a finished run by its id, got {run_id}: MLflow's UI shows the ids "
            "(seedbed ui)."
        )
    if not found.params.keys() >= FEWEST_OPTIONS:
        raise InputError(
            f"--run must name a run of a script, but {run_id} is of an experiment: write seedbed "
            f"verify NAME with its options and --against {run_id}."
        )
    known = {spec.name for spec in specs(Options)}
    options = parse(Options, {key: text for key, text in found.params.items() if key in known})
    given = {key: value for key, value in values_of(options).items() if key != "seed"}
    sweep = name or f"run-{run_id[:ID_DIGITS]}-again"
    content = {
        "name": sweep,
        "question": f"Does run {run_id} come out the same again?",
        "experiment": "script",
        "options": given,
        "seeds": [options.seed],
    }
    path = store_path() / "ledgers" / f"{sweep}.yaml"
    design = design_of_text(yaml_text(content), path)
    before = _was_run(sweep, store)
    return RecordedScriptRun(run_id, found.score, found.fingerprint, design, before)


def _was_run(sweep: str, store: Store) -> bool:
    try:
        return bool(read_sweep(sweep, store).finished)
    except InputError:  # there is no such sweep
        return False
