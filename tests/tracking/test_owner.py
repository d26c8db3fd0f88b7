"""An owner is gone only when this host can tell."""

import subprocess
import sys
from dataclasses import replace

from seedbed.system.process_identity import Owner


def test_this_process_is_not_gone() -> None:
    assert not Owner.this().is_gone()


def test_survives_json() -> None:
    assert Owner.parse(Owner.this().asdict()) == Owner.this()


def test_an_ended_process_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        owner = Owner.of(process.pid)
        assert not owner.is_gone()
        process.communicate(b"\n")
    assert owner.is_gone()


def test_a_later_process_with_the_same_number_is_another() -> None:
    this = Owner.this()
    assert replace(this, started=this.started - 1).is_gone()


def test_an_owner_of_before_the_reboot_is_gone() -> None:
    assert replace(Owner.this(), boot="another").is_gone()


def test_another_hosts_owner_is_never_judged() -> None:
    assert not replace(Owner.this(), host="elsewhere", pid=1, started=-1).is_gone()
