"""The server that runs are forked from loads Keras on TensorFlow, whatever a script asks for."""

import os
from unittest import mock

from seedbed.runs.script.options import Options
from seedbed.runs.settings.tensorflow_setup import prepare, prepare_fork_server


def test_fork_server_never_loads_jax_whose_threads_do_not_survive_a_fork() -> None:
    options = Options(folder="/", script="train.py", backend="jax")
    with mock.patch.dict(os.environ, {"KERAS_BACKEND": "jax"}):
        prepare_fork_server(options)
        assert os.environ["KERAS_BACKEND"] == "tensorflow"
        prepare(options)  # as the script's own Python does
        assert os.environ["KERAS_BACKEND"] == "jax"
