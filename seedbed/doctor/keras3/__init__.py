"""What Keras 3 no longer has."""
