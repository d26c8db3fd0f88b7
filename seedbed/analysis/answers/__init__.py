"""The commands of ``python -m seedbed``, one file per group.

Each has a pure function from arrays to an ``Answer`` and a thin click command that reads its input.
"""
