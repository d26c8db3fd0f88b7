"""The process that runs a script: its streams and exits, and what is set before it starts."""
