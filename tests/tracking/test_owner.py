"""An owner is gone only when this host can tell."""

import subprocess
import sys
from dataclasses import replace

import pytest

from seedbed.system.processes.process_identity import Owner


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


@pytest.mark.parametrize("field", ["host", "boot", "machine", "pid_namespace"])
def test_where_host_boot_machine_or_namespace_differs_only_a_lease_can_tell(field: str) -> None:
    elsewhere = replace(Owner.this(), pid=1, started=-1, **{field: "another"})
    assert not elsewhere.is_here()
    assert not elsewhere.is_gone()


def test_where_there_is_no_lease_a_reboot_of_the_machine_ends_its_processes() -> None:
    assert replace(Owner.this(), boot="another").is_of_earlier_boot()
    assert not Owner.this().is_of_earlier_boot()
    assert not replace(Owner.this(), boot="another", machine="m").is_of_earlier_boot()


def test_an_owner_written_by_an_earlier_version_is_judged_by_host_and_boot() -> None:
    fields = Owner.this().asdict()
    old = {key: fields[key] for key in ("host", "boot", "pid", "started")}
    assert Owner.parse(old).is_here()
    assert not Owner.parse(old).is_gone()
    assert Owner.parse({**old, "started": -1}).is_gone()


@pytest.mark.parametrize("change", [{"pid": -1}, {"pid": 0}, {"pid": "x"}, {"started": None}])
def test_what_names_no_process_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="it names no process"):
        Owner.parse({**Owner.this().asdict(), **change})
