"""The report of a night, written again once the night is judged."""

import logging

from seedbed.system.errors import SeedbedError
from seedbed.system.paths import store_path
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.store import Store

LOG = logging.getLogger("seedbed.nightly")


def rewrite_report(sweep: str, store: Store) -> None:
    """Write the report of a judged night again if it has one, so that it shows the verdict.

    A report that cannot be written is logged: the judgement and its alarm stand.

    Args:
        sweep: The night's sweep.
        store: Where it is recorded.
    """
    if not store_path().joinpath("reports", sweep, "report.html").is_file():
        return
    from seedbed.analysis.report.publish import publish  # imports Matplotlib

    try:
        not_logged = publish(sweep, store).not_logged
    except SeedbedError as error:
        LOG.warning("%s: its report was not written again: %s", sweep, inert(str(error)))
        return
    if not_logged:
        LOG.warning("%s: %s", sweep, inert(not_logged))
