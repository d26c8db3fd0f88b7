"""A verdict recorded in the MLflow experiment that it is about; no other run is touched."""

from collections.abc import Sequence
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.tracking.created_run import created_run
from seedbed.tracking.importing.imported_runs import VERDICT_TAG
from seedbed.tracking.importing.tools.from_mlflow import opened_experiment
from seedbed.tracking.schema import REPORT_FOLDER, TAG_NOTE


def write_verdict(
    name: str,
    question: str,
    verdict: str,
    *,
    markdown: str,
    content: str,
    report: Sequence[Path] = (),
    store: str | None = None,
) -> str:
    """Record a verdict as a run of its own, or update the one of the same question.

    Args:
        name: Name or id of the experiment.
        question: What was asked, in one line: the same question updates its run.
        verdict: ``different``, ``equivalent`` or ``undecided``.
        markdown: The answer; the run's description and its artifact ``verdict.md``.
        content: Everything as JSON, the artifact ``verdict.json``.
        report: Files of the report, artifacts below ``report``.
        store: As in ``read_mlflow``.

    Returns:
        MLflow's id of the run.

    Raises:
        InputError: No such experiment or store.
        StoreError: The store cannot be reached or written.
    """
    opened, experiment = opened_experiment(name, store)
    if not question.isprintable() or "'" in question:
        raise InputError(f"a question must be one line without ', got {question!r}")
    with opened.explained():
        client = opened.client
        found_by = f"tags.`{VERDICT_TAG}` = '{question}'"
        found = next(iter(opened.runs(found_by, [experiment.experiment_id])), None)
        if found is None:
            found = created_run(
                opened,
                experiment.experiment_id,
                found_by,
                name=f"verdict: {question}"[:200],
                tags={VERDICT_TAG: question},
            )
        run_id: str = found.info.run_id
        client.set_tag(run_id, "verdict", verdict)
        client.set_tag(run_id, TAG_NOTE, markdown)
        client.log_text(run_id, markdown, "verdict.md")
        client.log_text(run_id, content, "verdict.json")
        for file in report:
            client.log_artifact(run_id, str(file), REPORT_FOLDER)
        client.set_terminated(run_id, "FINISHED")
    return run_id
