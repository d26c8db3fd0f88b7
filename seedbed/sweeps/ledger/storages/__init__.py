"""Where a ledger is kept: an Optuna journal file, or PostgreSQL."""
