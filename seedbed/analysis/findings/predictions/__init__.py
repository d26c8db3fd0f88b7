"""What the recorded predictions of runs give."""
