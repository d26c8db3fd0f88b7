"""The parent run of a sweep: its tags, its description, its artifacts and its state."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from seedbed.tracking.created_run import created_run
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.own_sweeps import this_user
from seedbed.tracking.run_states import State
from seedbed.tracking.schema import (
    DESIGN,
    TAG_CONCLUSION,
    TAG_DESIGN,
    TAG_EXPERIMENT,
    TAG_HEADLINE,
    TAG_KIND,
    TAG_LEDGER,
    TAG_LOOKS,
    TAG_LOWEST,
    TAG_MAX,
    TAG_NOTE,
    TAG_NUMBER,
    TAG_STATE,
    TAG_SWEEP,
    TAG_USER,
    TAG_VERDICT,
    shown_name,
)
from seedbed.tracking.store import Store
from seedbed.tracking.writing.run_header import now_ms

LONGEST_VALUE = 500
"""Characters of a parameter's value that every version of MLflow takes."""
STATUS = {
    "running": "RUNNING",
    "finished": "FINISHED",
    "pruned": "KILLED",
    "failed": "FAILED",
    "stopped": "KILLED",
    "killed": "KILLED",
}
"""MLflow's status for each state of Seedbed."""


class ParentRun:
    """Writes the parent run of a sweep."""

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self.run_id = run_id

    @classmethod
    def start(cls, store: Store, experiment: str, sweep: str, ledger: str) -> "ParentRun":
        """Make the parent run of the sweep, unless a killed driver had just made it.

        Args:
            store: Where to.
            experiment: Name of the experiment.
            sweep: Name of the sweep; also the run's, with the day.
            ledger: Identity of the sweep's ledger.
        """
        experiment_id = store.experiment_id(experiment)
        found_by = f"tags.{TAG_LEDGER} = '{ledger}'"
        for run in store.runs(found_by, [experiment_id]):
            return cls(store, run.info.run_id)
        run = created_run(
            store,
            experiment_id,
            found_by,
            name=dated(sweep, date.today()),
            tags={
                TAG_KIND: "sweep",
                TAG_SWEEP: sweep,
                TAG_EXPERIMENT: experiment,
                TAG_STATE: "running",
                TAG_LEDGER: ledger,
                TAG_USER: this_user(),
                "mlflow.source.name": "sweeps",
                "mlflow.source.type": "LOCAL",
            },
        )
        return cls(store, run.info.run_id)

    def exists(self) -> bool:
        """Whether the store still has the run."""
        from mlflow.exceptions import MlflowException

        try:
            run = self._store.client.get_run(self.run_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return False
            with self._store.explained():
                raise
        return bool(run.info.lifecycle_stage == "active")

    def describe_design(self, fields: Mapping[str, object], text: str) -> None:
        """Record what the sweep asks for.

        Args:
            fields: ``question``, ``varied``, ``sources`` and ``planned``; the reader needs them.
            text: The sweep's file as read.
        """
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_DESIGN, json.dumps(dict(fields)))
            self._store.client.log_text(self.run_id, text, DESIGN)

    def replan(self, fields: Mapping[str, object], planned: int) -> None:
        """Correct how many cells the sweep asks for; the rest of what was described stays.

        Args:
            fields: What ``describe_design`` takes, for a sweep that was not described yet.
            planned: The cells.
        """
        with self._store.explained():
            known = json_object(self._store.client.get_run(self.run_id).data.tags.get(TAG_DESIGN))
            text = json.dumps({**fields, **known, "planned": planned})
            self._store.client.set_tag(self.run_id, TAG_DESIGN, text)

    def parameters(self, values: Mapping[str, str]) -> None:
        """Log what the design sets; MLflow lets no parameter change, so the first value stays."""
        from mlflow.entities import Param

        with self._store.explained():
            present = self._store.client.get_run(self.run_id).data.params
            new = [
                Param(key, value[:LONGEST_VALUE])
                for key, value in values.items()
                if key not in present
            ]
            if new:
                self._store.client.log_batch(self.run_id, params=new)

    def running(self, tags: Mapping[str, str] | None = None) -> None:
        """Back to running, when an interrupted sweep goes on.

        Args:
            tags: More to set, e.g. which night it is.
        """
        with self._store.explained():
            for key, value in {TAG_STATE: "running", **(tags or {})}.items():
                self._store.client.set_tag(self.run_id, key, value)
            self._store.client.update_run(self.run_id, status="RUNNING")

    def metrics(self, values: Mapping[str, float]) -> None:
        """Log figures of the sweep."""
        with self._store.explained():
            for key, value in values.items():
                self._store.client.log_metric(self.run_id, key, value)

    def concludes(self, text: str, metrics: Mapping[str, float]) -> None:
        """What the sweep's search or stop rule has to say at the end, and its figures."""
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_CONCLUSION, text[:TAG_MAX])
        self.metrics(metrics)

    def description(self, markdown: str) -> None:
        """What the MLflow UI shows at the top of the run."""
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_NOTE, markdown)

    def verdict(self, kind: str, headline: str) -> None:
        """The kind of answer, to filter by, and the answer in one sentence."""
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_VERDICT, kind)
            self._store.client.set_tag(self.run_id, TAG_HEADLINE, headline[:TAG_MAX])

    def lowest(
        self, run_id: str, words: str, command: str | None, title: str = "lowest run"
    ) -> None:
        """The run with the worst score in words, and what repeats it if a tag can hold that."""
        noted = {"run": run_id, "words": words, "command": command, "title": title}
        if len(json.dumps(noted)) > TAG_MAX:
            noted["command"] = None
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_LOWEST, json.dumps(noted))

    def number(self, facts: Mapping[str, object]) -> None:
        """The number that the report is about, with its best mean."""
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_NUMBER, json.dumps(dict(facts))[:TAG_MAX])

    def looked(self, looks: Iterable[int]) -> None:
        """The numbers of runs at which a verdict was given, this one included."""
        with self._store.explained():
            self._store.client.set_tag(self.run_id, TAG_LOOKS, " ".join(map(str, looks)))

    def artifacts(self, files: Iterable[Path], under: str) -> None:
        """Add files, in one folder of the run."""
        with self._store.explained():
            for file in files:
                self._store.client.log_artifact(self.run_id, str(file), under)

    def end(self, state: State) -> None:
        """Set the state and the time of the end; a run that has this state keeps its time."""
        with self._store.explained():
            client = self._store.client
            run = client.get_run(self.run_id)
            if (run.info.status, run.data.tags.get(TAG_STATE)) == (STATUS[state], state):
                return
            client.set_tag(self.run_id, TAG_STATE, state)
            end_ms = max(now_ms(), run.info.start_time or 0)  # a clock may have been set back
            client.set_terminated(self.run_id, STATUS[state], end_ms)


def dated(sweep: str, day: date) -> str:
    """A sweep's name with the day on which it was started, unless it has a day in it already."""
    if re.search(r"\d{4}-\d\d-\d\d", sweep):
        return sweep
    return shown_name(f"{sweep} {day.isoformat()}")
