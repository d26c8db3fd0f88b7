"""``--format``: how a verb prints its answer; the same word in every verb."""

import click

from seedbed.cli.option_groups import Decorator

HELP = {
    "text": "sentences for people",
    "json": "JSON for programs",
    "csv": "a table for a spreadsheet",
    "markdown": "a table for a page",
    "latex": "a table for a paper",
    "sarif": "SARIF 2.1.0 for code hosts",
    "github": "for a workflow and its summary",
    "gitlab": "a code quality report",
    "junit": "XML for test servers",
    "concise": "one line each",
}


def format_option(*forms: str, also: tuple[str, ...] = ()) -> Decorator:
    """Add ``--format``, which arrives as ``form``.

    Args:
        *forms: What can be printed; the first is the default.
        also: Other names of the option.
    """
    meanings = ", ".join(f"{form} ({HELP[form]})" for form in forms)
    return click.option(
        "--format",
        *also,
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help=f"What to print: {meanings}.",
    )


TEXT_OR_JSON = format_option("text", "json")
