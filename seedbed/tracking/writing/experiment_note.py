"""The note on an experiment's page in MLflow: the last verdicts with links, and what is there.

MLflow shows its first line only, until the reader unfolds it: the last verdict stands there. The
list of experiments shows its first words, marks of Markdown included: so they have none.
"""

import re

from seedbed.tracking.reading.sweep_parents import parent_place
from seedbed.tracking.schema import TAG_HEADLINE, TAG_KIND, TAG_NOTE, TAG_SWEEP, TAG_VERDICT
from seedbed.tracking.store import EXPERIMENT_TAGS, Store
from seedbed.tracking.ui_links import run_link
from seedbed.tracking.writing.parent_run import ParentRun

MOST = 5
"""Verdicts that the note names."""
LEAD = "Last verdict: "


def note_headline(sweep: str, headline: str, store: Store) -> None:
    """Note what ``why`` answers about a sweep before it has a report.

    Args:
        sweep: Its name.
        headline: The answer in one sentence.
        store: Where it is recorded.

    Raises:
        InputError: There is no such sweep.
        StoreError: The store cannot be reached.
    """
    experiment_id, run_id = parent_place(sweep, store)
    ParentRun(store, run_id).verdict("sources", headline)
    note_verdicts(store, experiment_id)


def note_verdicts(store: Store, experiment_id: str) -> None:
    """Write the last verdicts into an experiment's note, unless somebody wrote another one.

    Raises:
        StoreError: The store cannot be reached.
    """
    own = EXPERIMENT_TAGS[TAG_NOTE]
    with store.explained():
        experiment = store.client.get_experiment(experiment_id)
        present = experiment.tags.get(TAG_NOTE, own)
        if not (present.startswith(own) or (present.startswith(LEAD) and present.endswith(own))):
            return
        found = store.client.search_runs(
            [experiment_id],
            f"tags.{TAG_KIND} = 'sweep' AND tags.{TAG_VERDICT} != ''",
            max_results=MOST,
            order_by=["attributes.start_time DESC"],
        )
        lines = [
            f"{_plain(run.data.tags.get(TAG_HEADLINE, ''))} "
            f"([{_plain(run.data.tags.get(TAG_SWEEP, run.info.run_name or ''))}]"
            f"({run_link('', experiment_id, run.info.run_id).lstrip('/')}))"
            for run in found
        ]
        if lines:
            earlier = (
                ["Earlier:", "", *(f"- {line}" for line in lines[1:]), ""] if lines[1:] else []
            )
            text = "\n".join([f"{LEAD}{lines[0]}", "", *earlier, own])
            store.client.set_experiment_tag(experiment_id, TAG_NOTE, text)


def _plain(text: str) -> str:
    """Text in which Markdown finds no mark."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)
