"""The runs of each configuration as dots in a row of text, for a terminal."""

from collections.abc import Mapping, Sequence

from seedbed.analysis.wording import names_within

DOT, MEAN = "●", "┃"
MOST_OF_LABEL = 0.4
"""The share of the width that names of configurations may take."""
LEAST = 16
"""Columns below which no chart can be read."""


def text_chart(runs: Mapping[str, Sequence[float]], width: int, *, is_share: bool = True) -> str:
    """Draw one row for each configuration: a dot for each run, a bar at the mean.

    Several runs in one column are their number.

    Args:
        runs: Configuration in words → numbers of its runs, accuracies in percent.
        width: Columns of the terminal.
        is_share: Whether they are in percent.

    Returns:
        Lines no wider than ``width``: a row for each configuration with runs, the least and the
        greatest accuracy, and what the marks mean, if that fits. Empty where no two scores differ,
        or the terminal is too narrow.
    """
    shown = {label: list(scores) for label, scores in runs.items() if scores}
    every = [score for scores in shown.values() for score in scores]
    if not every or min(every) == max(every):
        return ""
    room = min(max(map(len, shown)), int(width * MOST_OF_LABEL))
    columns = width - room - 2
    if columns < LEAST:
        return ""
    low, high = min(every), max(every)

    def place(score: float) -> int:
        return round((score - low) / (high - low) * (columns - 1))

    lines, crowded = [], False
    names = names_within(list(shown), room)
    for name, scores in zip(names, shown.values(), strict=True):
        row = [" "] * columns
        row[place(sum(scores) / len(scores))] = MEAN
        places = [place(score) for score in scores]
        crowded |= len(set(places)) < len(places)
        for at in set(places):
            count = places.count(at)
            row[at] = DOT if count == 1 else str(count) if count < 10 else "+"
        lines.append(f"{name:<{room}}  {''.join(row)}".rstrip())
    ends = (f"{low:.2f} %", f"{high:.2f} %") if is_share else (f"{low:.4g}", f"{high:.4g}")
    gap = " " * (columns - len(ends[0]) - len(ends[1]))
    lines.append(f"{'':<{room}}  {ends[0]}{gap}{ends[1]}")
    marks = f"{DOT} one run, {'digit: so many runs, ' if crowded else ''}{MEAN} mean"
    lines += [marks.rjust(room + 2 + len(marks))] if len(marks) <= columns else []
    return "\n".join(lines)
