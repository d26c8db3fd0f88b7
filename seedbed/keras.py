"""For a Keras loop of your own: ``from seedbed.keras import Recorder``."""

from seedbed.runs.recording.keras_recorder import Recorder

__all__ = ["Recorder"]
