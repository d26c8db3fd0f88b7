"""What MLflow loads of Seedbed, by entry points: a backend of projects, and tags of runs."""
