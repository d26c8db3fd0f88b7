"""Workers that sleep and send a real run's record: what a cluster costs beside the training."""
