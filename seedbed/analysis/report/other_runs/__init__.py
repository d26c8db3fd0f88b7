"""The report of runs that another tool recorded: what they answer, in their own unit."""
