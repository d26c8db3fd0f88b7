"""Runs that other tools recorded, made ready for the questions: arms, seeds, metric, warnings."""
