"""What the runs of a script give: the number that stands for a run, and what they did."""
