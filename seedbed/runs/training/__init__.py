"""The training loop, its metrics, checkpoints and callbacks."""
