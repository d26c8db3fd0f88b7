"""Print an answer in the form asked for, and fail on the verdicts asked for."""

from collections.abc import Sequence

import click

from seedbed.analysis.answers.answer import Answer, Format, to_csv, to_json, to_markdown
from seedbed.system.terminal_escape import inert


def emit(answer: Answer, form: Format, fail_on: Sequence[str] = ()) -> None:
    """Print the answer, and end with exit code 1 when its verdict is one to fail on."""
    writers = {"json": to_json, "markdown": to_markdown, "csv": to_csv}
    text = writers[form](answer) if form in writers else "\n".join(answer.sentences)
    click.echo(inert(text))
    if set(fail_on) & set(answer.verdicts):
        click.get_current_context().exit(1)
