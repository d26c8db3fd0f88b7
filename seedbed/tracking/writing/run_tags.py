"""The tags of a run in MLflow: those it begins with, and those of its end."""

import json
from pathlib import Path

from seedbed.system.files.regular_file import regular_text
from seedbed.system.text.error_words import without_colours
from seedbed.system.text.masking import masked
from seedbed.tracking.digests import digest, digests_of
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.schema import (
    ENVIRONMENT,
    LOG_MAX,
    SCRIPT_JSON,
    STDERR,
    TAG_CELL,
    TAG_CONFIGURATION,
    TAG_DELIVERY,
    TAG_DIGESTS,
    TAG_ENVIRONMENT,
    TAG_EXPERIMENT,
    TAG_FINGERPRINT,
    TAG_KIND,
    TAG_LOG,
    TAG_MAX,
    TAG_OWNER,
    TAG_PARENT,
    TAG_REASON,
    TAG_SCRIPT,
    TAG_SEEDS,
    TAG_STATE,
    TAG_SWEEP,
    TAG_TEST_EXAMPLES,
    TRACEBACK,
)
from seedbed.tracking.writing.run_folder import End
from seedbed.tracking.writing.run_header import RunHeader


def start_tags(header: RunHeader) -> dict[str, str]:
    """Tags that a run has from its start."""
    tags = {
        TAG_KIND: "run",
        TAG_STATE: "running",
        TAG_CELL: header.cell,
        TAG_SEEDS: json.dumps(dict(header.seeds)),
        TAG_OWNER: json.dumps(dict(header.owner)),
        TAG_DELIVERY: header.delivery,
        TAG_EXPERIMENT: header.experiment,
        "mlflow.source.name": header.params.get("script", f"experiments/{header.experiment}.py"),
        "mlflow.source.type": "LOCAL",
    }
    if header.sweep:
        tags[TAG_SWEEP] = header.sweep
    if header.configuration:
        tags[TAG_CONFIGURATION] = header.configuration[:TAG_MAX]
    if header.parent_run_id:
        tags[TAG_PARENT] = header.parent_run_id
    if header.commit:
        tags["mlflow.source.git.commit"] = header.commit
    return tags


def end_tags(end: End, artifacts: Path) -> dict[str, str]:
    """Tags that tell how a run ended.

    Args:
        end: Its end.
        artifacts: The folder of its files.
    """
    tags: dict[str, str] = {TAG_STATE: end.state}
    if end.reason:
        tags[TAG_REASON] = end.reason[:5000]
    if end.state != "finished" and (log := _log(artifacts)):
        tags[TAG_LOG] = log
    if end.fingerprint:
        tags[TAG_FINGERPRINT] = end.fingerprint
    if end.test_examples:
        tags[TAG_TEST_EXAMPLES] = str(end.test_examples)
    tags[TAG_DIGESTS] = digests_of(artifacts)
    environment = artifacts / ENVIRONMENT
    if environment.exists():
        tags[TAG_ENVIRONMENT] = digest(environment)
    if summary := _summary(artifacts / SCRIPT_JSON):
        tags[TAG_SCRIPT] = summary
    return tags


def _log(artifacts: Path) -> str:
    """The last whole lines of a run's traceback, or else of its standard error."""
    for name in (TRACEBACK, STDERR):
        try:
            text = regular_text(artifacts / name, errors="replace")
        except FileNotFoundError:
            continue
        text = masked(without_colours(text)).rstrip()
        if len(text) > LOG_MAX:
            text = text[-LOG_MAX:].partition("\n")[2] or text[-LOG_MAX:]
        if text:
            return text
    return ""


def _summary(path: Path) -> str:
    """What ``script.json`` says in short, as JSON; empty where it is not a script or too long."""
    try:
        content = json_object(regular_text(path, errors="replace"))
    except FileNotFoundError:
        return ""
    text = json.dumps(content.get("summary", {}))
    return text if len(text) <= TAG_MAX else json.dumps({"number": content.get("headline")})
