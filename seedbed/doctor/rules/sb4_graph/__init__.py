"""SB4: layers, losses and arguments that do not do what they say."""
