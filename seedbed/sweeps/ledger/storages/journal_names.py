"""Which sweeps have a journal in the store; quick, for completion and for hints."""

from seedbed.system.paths import store_path


def journal_names() -> list[str]:
    """Names of the sweeps whose ledger is a journal file, in alphabetical order."""
    return sorted(path.stem for path in (store_path() / "ledgers").glob("*.journal"))
