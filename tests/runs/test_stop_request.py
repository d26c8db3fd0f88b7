"""SIGTERM in a run's process, and in those that its script forks."""

import multiprocessing
import os
import signal

import pytest

from seedbed.runs.recording.stop_request import StoppedError, sigterm_raises


def _exit_with_handler() -> None:
    os._exit(0 if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL else 1)


def test_sigterm_raises_within_the_block_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(StoppedError), sigterm_raises():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_forked_process_ends_at_sigterm_as_others_do() -> None:
    fork = multiprocessing.get_context("fork")
    with sigterm_raises():
        child = fork.Process(target=_exit_with_handler)
        child.start()
        child.join(120)
        assert child.exitcode == 0, "a handler of Python's may never run in a pool's worker"
        with pytest.raises(StoppedError):
            signal.raise_signal(signal.SIGTERM)
