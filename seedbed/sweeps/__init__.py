"""Many runs: what to run, in what order, and where."""
