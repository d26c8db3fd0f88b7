"""SB7: code that Keras 3 no longer runs."""
