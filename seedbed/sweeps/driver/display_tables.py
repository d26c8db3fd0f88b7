"""The tables of a sweep's display: means so far, and the cells that run."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from seedbed.analysis.wording import names_within, one_line, percent
from seedbed.sweeps.driver.display_words import epoch_words, interval_words, validation_words
from seedbed.sweeps.driver.loop.running_cell import RunningCell
from seedbed.sweeps.driver.score_tally import ScoreTally
from seedbed.system.text.terminal_escape import inert
from seedbed.system.text.terminal_lines import wrapped

BRIEF = 80
"""Columns of a terminal below which words give way to names."""
BAR = 20
"""Columns of the bar."""
GAP = 2
LEAST_NAME = 12


def head_lines(name: str, done: int, cells: int, words: str, width: int) -> list[Text]:
    """The sweep's name, a bar and how far it is; the words below where they do not fit beside.

    Args:
        name: The sweep.
        done: Cells with a result.
        cells: All cells.
        words: How far it is.
        width: Columns of the terminal.
    """
    full = BAR * min(done, cells) // cells if cells else 0
    bar = Text.assemble(("━" * full, "green"), ("─" * (BAR - full), "dim"))
    shown = one_line(inert(name), max(LEAST_NAME, width - BAR - 1))
    first = Text.assemble((shown, "bold"), " ", bar)
    whole = Text.assemble(first, " ", words)
    return [whole] if whole.cell_len <= width else [first, *map(Text, wrapped(words, width))]


def means_table(
    begun: Sequence[tuple[str, ScoreTally]], room: int, width: int, *, accuracies: bool
) -> Table | None:
    """Mean and interval of as many configurations as fit; None before the first result.

    Args:
        begun: Configurations with a result, and their scores.
        room: Rows that fit.
        width: Columns of the terminal.
        accuracies: Whether all scores are accuracies.
    """
    if not begun:
        return None
    heads = "runs", "test accuracy so far" if accuracies else "mean so far"
    shown = begun[:room]
    means = [mean_words(scores, accuracies, brief=width < BRIEF) for _, scores in shown]
    beside = len(heads[0]) + max(map(len, (heads[1], *means))) + 2 * GAP
    names = names_within([name for name, _ in shown], max(LEAST_NAME, width - beside))
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("configuration", overflow="ellipsis", no_wrap=True)
    table.add_column(heads[0], justify="right", no_wrap=True)
    table.add_column(heads[1], no_wrap=True)
    for name, (_, scores), mean in zip(names, shown, means, strict=True):
        table.add_row(Text(inert(name)), str(len(scores)), mean)
    if len(begun) > room:
        table.add_row(f"… and {len(begun) - room} more", "", "")
    return table


def mean_words(scores: ScoreTally, accuracies: bool, *, brief: bool = False) -> str:
    """Mean and interval of accuracies; the mean alone of a script's other numbers."""
    if accuracies or not len(scores):
        return interval_words(scores, brief=brief)
    return f"{scores.mean:.4g}" if brief else f"mean {scores.mean:.4g} (n={len(scores)})"


def numbers_words(arms: Sequence[tuple[str, float]], accuracies: bool) -> str:
    """The number of a run, or of each network that it trains behind its name."""
    return ", ".join(
        f"{name} {percent(one) if accuracies else f'{one:.4g}'}".strip() for name, one in arms
    )


def running_table(running: Sequence[RunningCell], elsewhere: int, width: int) -> Table:
    """The cells that run.

    Args:
        running: Those of this driver.
        elsewhere: How many run on other drivers.
        width: Columns of the terminal.
    """
    table = Table.grid(padding=(0, GAP))
    table.add_column(overflow="ellipsis", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    words = [_progress(item, brief=width < BRIEF) for item in running]
    beside = sum(max(map(len, part), default=0) + GAP for part in zip(*words, strict=True))
    labels = [item.claim.cell.name for item in running]
    names = names_within(labels, max(LEAST_NAME, width - beside))
    for name, said in zip(names, words, strict=True):
        table.add_row(Text(inert(name)), *said, style="dim")
    if elsewhere > 0:
        table.add_row(f"{elsewhere} more elsewhere", "", "", style="dim")
    return table


def _progress(item: RunningCell, *, brief: bool) -> tuple[str, str]:
    last = item.last_epoch()
    if last is None:
        return "starting", ""
    epoch = epoch_words(last.epoch, item.claim.cell)
    return epoch, validation_words(last.metrics, brief=brief)
