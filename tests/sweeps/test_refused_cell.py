"""A cell that the executor refuses goes back to the ledger, so that any later call finds it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver.loop.driver import Driver
from seedbed.sweeps.driver.loop.running_cell import Limits
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.system.errors import InputError
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer


class Gone(Executor):
    """A cluster whose scheduler is gone."""

    def submit(self, _fn: Callable[..., Any], /, *_: Any, **__: Any) -> Future[Any]:
        raise InputError("The scheduler must stay reachable, but it is gone: start it again.")


def test_the_cell_waits_again_and_the_sweep_ends_in_a_sentence(
    write_design: Callable[..., Path], store: Store
) -> None:
    design = load(write_design(seeds=3))
    deliverer = Deliverer(store)
    with closing(Ledger.open(design)) as ledger:
        driver = Driver(
            design, ledger, Gone(), deliverer, parent_run_id="p", limits=Limits(lambda: 2)
        )
        with pytest.raises(InputError, match="it is gone"):
            driver.run(lambda _: None)
        assert ledger.running() == 0
        assert set(ledger.standings().values()) == {"waiting"}
    assert deliverer.close() == []
    (run,) = store.runs("tags.kind = 'run'")
    assert run.data.tags["state"] == "stopped"
