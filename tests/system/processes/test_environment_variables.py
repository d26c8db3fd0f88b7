"""Environment variables that are set for a while."""

import os

import pytest

from seedbed.system.processes.environment_variables import variables_set


def test_variables_are_put_back_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_TEST_SET", "before")
    monkeypatch.delenv("SEEDBED_TEST_UNSET", raising=False)
    with variables_set({"SEEDBED_TEST_SET": "new", "SEEDBED_TEST_UNSET": "new"}):
        assert os.environ["SEEDBED_TEST_SET"] == os.environ["SEEDBED_TEST_UNSET"] == "new"
        del os.environ["SEEDBED_TEST_UNSET"]
    assert os.environ["SEEDBED_TEST_SET"] == "before"
    assert "SEEDBED_TEST_UNSET" not in os.environ
