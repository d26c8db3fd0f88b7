"""How the page writes times and lengths."""

from datetime import UTC, datetime

from markupsafe import Markup

from seedbed.analysis.page.overview import Under
from seedbed.analysis.wording import ago

FEWEST_ENDED = 2


def moment(ms: int) -> Markup:
    """A moment for machines and for people; a script shows it in the reader's own time zone."""
    when = datetime.fromtimestamp(ms / 1000, UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        when.isoformat(timespec="seconds"), when.strftime("%Y-%m-%d %H:%M")
    )


def to_go(sweep: Under, now_ms: float) -> str | None:
    """How long the rest will take at the pace so far; None where nobody can say."""
    ended = sweep.done + sweep.lost
    left = sweep.planned - ended
    if sweep.silent or ended < FEWEST_ENDED or left <= 0:
        return None
    return ago(max(0.0, now_ms - sweep.started_ms) / 1000 / ended * left)


def bar(sweep: Under) -> tuple[int, int]:
    """Value and end of the progress bar."""
    return min(sweep.done, sweep.planned), max(sweep.planned, 1)
