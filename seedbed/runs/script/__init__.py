"""A training script that knows nothing of Seedbed, run unmodified in a process of its own.

options.py says what a run is, run.py runs it, workspace.py gives it a folder of its own,
randomness/ has its seeds follow the sweep's, hooks/ sees what it trains and scores, timeline/ says
what happened in order, numbers/ finds the number of the run, and write_record.py turns all that
into a record.
"""
