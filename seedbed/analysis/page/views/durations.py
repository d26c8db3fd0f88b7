"""How the page writes times and lengths."""

from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup

from seedbed.analysis.wording import ago

FEWEST_ENDED = 2


def moment(ms: int) -> Markup:
    """A moment for machines and for people; a script shows it in the reader's own time zone."""
    when = datetime.fromtimestamp(ms / 1000, UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        when.isoformat(timespec="seconds"), when.strftime("%Y-%m-%d %H:%M")
    )


def time_to_go(took_s: Sequence[float], left: int, at_once: int) -> str | None:
    """How long the rest takes, in words; None where nobody can say.

    Args:
        took_s: Seconds that runs took; pauses between them do not count.
        left: Cells that wait or run.
        at_once: Runs that go on now.
    """
    if len(took_s) < FEWEST_ENDED or left <= 0 or not at_once:
        return None
    return ago(sum(took_s) / len(took_s) * left / at_once)
