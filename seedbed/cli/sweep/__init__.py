"""The verbs about many runs: sweep, repeat, status, list, stop, resume, schedule, nights, …."""
