"""Reads the nights of a series up to one of them: tags and metrics of their parent runs alone."""

from seedbed.tracking import schema
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.store import Store


def nights_until(run_id: str, store: Store, most: int) -> list[RunSummary]:
    """The newest nights of a night's series that started no later than it, newest first.

    Of a series that several users run, these are the nights of this one's user.

    Args:
        run_id: MLflow's id of the night's parent run.
        store: Where it is recorded.
        most: How many to read at most.

    Returns:
        The night and those before it; nothing for a sweep that is no night.

    Raises:
        StoreError: The store cannot be reached.
    """
    with store.explained():
        parent = store.client.get_run(run_id)
    tags, info = parent.data.tags, parent.info
    series, user = tags.get(schema.TAG_SERIES), tags.get(schema.TAG_USER)
    if not series or not tags.get(schema.TAG_NIGHT):
        return []
    wanted = [
        f"tags.{schema.TAG_KIND} = 'sweep'",
        f"tags.{schema.TAG_SERIES} = '{_quoted(series)}'",
        f"attributes.start_time <= {int(info.start_time or 0)}",
    ]
    if user:
        wanted.append(f"tags.`{schema.TAG_USER}` = '{_quoted(user)}'")
    return LocalVisitor(store).runs([info.experiment_id], " AND ".join(wanted), most)


def _quoted(text: str) -> str:
    return text.replace("'", "")
