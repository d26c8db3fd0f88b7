"""Two processes that share a piece of work."""

import os
from collections.abc import Callable
from signal import SIGKILL
from threading import Timer

import pytest

from seedbed.system.processes.fork_pair import in_two_processes

Exchange = Callable[[str], str]


def test_each_process_gets_what_the_other_has_learned() -> None:
    def work(name: str) -> Callable[[Exchange], tuple[str, int]]:
        return lambda exchange: (name + exchange(name), os.getpid())

    (first, here), (second, there) = in_two_processes(work("a"), work("b"))
    assert (first, second) == ("ab", "ba")
    assert here == os.getpid() != there


def test_much_is_exchanged_without_waiting_for_each_other() -> None:
    def work(exchange: Callable[[bytes], bytes]) -> int:
        return len(exchange(b"x" * 3_000_000))

    assert in_two_processes(work, work) == (3_000_000, 3_000_000)


def test_a_process_that_dies_is_noticed() -> None:
    def die(exchange: Exchange) -> None:
        exchange("b")
        os._exit(9)

    with pytest.raises(EOFError):
        in_two_processes(lambda exchange: exchange("a"), die)


def test_a_process_that_is_killed_before_it_gets_its_half_is_noticed() -> None:
    reads, writes = os.pipe()

    def die_waiting(exchange: Exchange) -> None:
        Timer(0.1, os.kill, (os.getpid(), SIGKILL)).start()
        exchange("b")

    def late(exchange: Exchange) -> str:
        os.close(writes)
        os.read(reads, 1)  # until the other one, which holds the other end, is gone
        return exchange("a")

    with pytest.raises(EOFError):
        in_two_processes(late, die_waiting)
    os.close(reads)


def test_an_error_of_the_second_is_left_to_the_first(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(exchange: Exchange) -> None:
        raise ValueError(exchange("b"))

    with pytest.raises(EOFError):
        in_two_processes(lambda exchange: exchange("a"), fail)
    assert capfd.readouterr().err == ""


def test_an_error_of_the_first_ends_the_second() -> None:
    def fail(exchange: Exchange) -> None:
        raise ValueError(exchange("a"))

    with pytest.raises(ValueError, match="b"):
        in_two_processes(fail, lambda exchange: exchange("b"))
