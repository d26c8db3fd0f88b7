"""Whether a process still runs."""

import os

import pytest

from seedbed.system.processes.process_exists import process_exists


def test_a_process_exists_until_it_ends_even_if_nobody_has_reaped_it() -> None:
    assert process_exists(os.getpid())
    ended = os.posix_spawn("/bin/true", ["/bin/true"], {})
    os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)  # now it waits to be reaped
    assert not process_exists(ended)
    os.waitpid(ended, 0)
    assert not process_exists(ended)


@pytest.mark.parametrize("number", [0, -1, 999_999_999, 10**20])
def test_no_process_has_such_a_number(number: int) -> None:
    assert not process_exists(number)
