"""``seedbed prune``: remove files of old runs, by rules that the user names."""

import sys
from typing import TYPE_CHECKING

import click

from seedbed.cli.format_option import TEXT_OR_JSON
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_as_is, print_lines

if TYPE_CHECKING:
    from seedbed.tracking.retention.keep_rules import Sorted
    from seedbed.tracking.retention.removal import PrunableRun

BEGAN = "a sweep that began to run again meanwhile"


@click.command()
@click.option(
    "--keep",
    "rules",
    multiple=True,
    metavar="RULE",
    help="Files to keep: of runs younger than 30d (12h, 8w), of the newest 10 nights of each "
    "series, or of the best run of each sweep. May be repeated.",
)
@click.option(
    "--what",
    type=click.Choice(["checkpoints", "predictions", "both"]),
    default="both",
    show_default=True,
)
@click.option(
    "--series", multiple=True, metavar="NAME", help="Only the files of these series or sweeps."
)
@click.option("--yes", is_flag=True, help="Remove the files; without it, only show them.")
@TEXT_OR_JSON
def prune(rules: tuple[str, ...], what: str, series: tuple[str, ...], yes: bool, form: str) -> None:
    """Remove files of old runs, by rules that you name.

    The files are checkpoints and predictions; those that a report or the registry names stay.
    """
    from seedbed.sweeps.nightly.listing import utc_now
    from seedbed.tracking.retention.keep_rules import Sorted, parse_rule, sort_out
    from seedbed.tracking.retention.removal import KINDS, holdings, remove
    from seedbed.tracking.store import Store

    if not rules:
        raise InputError(
            "--keep must say whose files stay, e.g. --keep 30d --keep best; it was not given."
        )
    parsed = [parse_rule(text) for text in rules]
    store = Store()
    store.check()
    kinds = KINDS if what == "both" else (what,)
    found = []
    for one in holdings(store, kinds):
        found.append(one)
        _progress("runs looked at", len(found))
    if series:
        there = {name for one in found for name in (one.series, one.sweep)}
        for name in series:
            if name not in there:
                raise InputError(
                    f"--series must name a series or a sweep that has such files, got {name!r}: "
                    f"{', '.join(sorted(there - {''})[:5]) or 'there are none'}."
                )
        found = [one for one in found if one.series in series or one.sweep in series]
    moment = utc_now()
    result = sort_out(found, parsed, moment)
    if yes:
        gone = []
        for number, one in enumerate(result.going, start=1):
            if remove(store, one, moment):
                gone.append(one)
            _progress("runs pruned", number, len(result.going))
        began = [(one, BEGAN) for one in result.going if one not in gone]
        result = Sorted(tuple(gone), (*result.staying, *began))
    _progress("", 0)
    if form == "json":
        print_as_is(_pruned_json(result, yes))
    else:
        print_lines(_pruned(result, yes))


def _progress(what: str, done: int, total: int = 0) -> None:
    """One line that is overwritten, on a terminal only."""
    if sys.stderr.isatty():
        of = f" of {total}" if total else ""
        text = f"{done}{of} {what}" if what else ""
        print_as_is(f"\r{text:<40}\r", newline=False, error=True)


def _pruned(result: "Sorted", done: bool) -> str:
    from collections import Counter

    from seedbed.tracking.retention.keep_rules import size

    sweeps: dict[str, list[PrunableRun]] = {}
    for one in result.going:
        sweeps.setdefault(one.sweep or one.name, []).append(one)
    lines = [
        f"{name}  {len(runs)} {'run' if len(runs) == 1 else 'runs'}, "
        f"{sum(len(one.files) for one in runs)} files, {size(sum(one.size for one in runs))}"
        for name, runs in sorted(sweeps.items())
    ]
    for why, count in sorted(Counter(why for _, why in result.staying).items()):
        lines.append(f"kept for {why}: {count} {'run' if count == 1 else 'runs'}")
    files = sum(len(one.files) for one in result.going)
    total = size(sum(one.size for one in result.going))
    if not files:
        lines.append("Nothing goes.")
    elif done:
        lines.append(f"Removed {files} files, {total}.")
    else:
        lines.append(f"Would remove {files} files, {total}; --yes removes them.")
    return "\n".join(lines)


def _pruned_json(result: "Sorted", done: bool) -> str:
    import json

    return json.dumps(
        {
            "removed": done,
            "bytes": sum(one.size for one in result.going),
            "runs": [
                {"run_id": one.run_id, "name": one.name, "sweep": one.sweep, "files": one.files}
                for one in result.going
            ],
            "kept": [
                {"run_id": one.run_id, "name": one.name, "sweep": one.sweep, "why": why}
                for one, why in result.staying
            ],
        },
        indent=1,
    )
