"""Options, seeds, the environment, and how TensorFlow is set up."""
