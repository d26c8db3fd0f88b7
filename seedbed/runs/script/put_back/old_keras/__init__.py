"""What scripts of older years use of Keras 1 and 2."""
