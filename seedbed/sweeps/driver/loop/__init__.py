"""The loop that takes cells from the ledger, runs them, and records how they end."""
