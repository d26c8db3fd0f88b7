"""Runs a sweep: hands cells to an executor, watches them, records the end."""
