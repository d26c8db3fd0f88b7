"""What the runs say: statistics, verdicts and the report."""
