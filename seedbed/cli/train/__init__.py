"""The verbs that train or describe one run: run, describe, verify, new."""
