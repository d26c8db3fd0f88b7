"""``seedbed completion SHELL``, and what completes a sweep's name or an experiment's."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from seedbed.system.text.printing import print_as_is

VARIABLE = "_SEEDBED_COMPLETE"
"""Asks the command for completions; click derives the name from the command's."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes seedbed's words.

    \b
    bash: add to ~/.bashrc                   eval "$(seedbed completion bash)"
    zsh:  add to ~/.zshrc                    eval "$(seedbed completion zsh)"
    fish: seedbed completion fish > ~/.config/fish/completions/seedbed.fish
    """  # noqa: D301 (click wants the character)
    script = get_completion_class(shell)
    assert script is not None  # noqa: S101 (click knows the three)
    root = click.get_current_context().find_root().command
    print_as_is(script(root, {}, "seedbed", VARIABLE).source())


def named_or_file(names: list[str], incomplete: str) -> list[CompletionItem]:
    """The names that begin so, and the shell's own completion of files."""
    named = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *named]


def complete_sweep(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Sweeps with a ledger in the store, and files."""
    from seedbed.sweeps.ledger.storages.journal_names import journal_names

    return named_or_file(journal_names(), incomplete)
