"""A training script that knows nothing of Seedbed, run as it is: one run in a process of its own.

options.py says what a run is, run.py runs it, workspace.py gives it a folder of its own,
seeding.py has its seeds follow the sweep's, watching.py sees what it trains and scores, and
results.py turns that into a record.
"""
