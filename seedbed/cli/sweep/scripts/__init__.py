"""Verbs that rerun a script: ``repeat`` and ``why``."""
