"""The ledger: every cell waits once, is claimed by one, and ends as told."""

import multiprocessing
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.system.errors import InputError
from seedbed.system.processes.process_identity import Owner

TEXT = """\
question: q?
experiment: mnist_cnn
configurations:
  batch_size: [32, 64, 128]
options:
  dataset: digits
  epochs: 1
seeds: 4
"""


@pytest.fixture
def design(tmp_path: Path, store_path: Path) -> Design:
    del store_path
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    return load(path)


def test_opening_again_queues_nothing_twice(design: Design) -> None:
    Ledger.open(design)
    ledger = Ledger.open(design)
    assert len(ledger.trials()) == 12
    assert set(ledger.standings().values()) == {"waiting"}


def test_claims_follow_the_design_and_end(design: Design) -> None:
    ledger = Ledger.open(design)
    claims = []
    while (claim := ledger.claim()) is not None:
        claims.append(claim)
    assert [claim.cell for claim in claims] == list(design.cells)
    ledger.done(claims[0].trial_id, 0.9)
    ledger.failed(claims[1].trial_id, "the training loss became nan", again=False)
    ledger.failed(claims[2].trial_id, "killed", again=True)
    standings = ledger.standings()
    assert [standings[claim.cell.id] for claim in claims[:4]] == [
        "done",
        "failed",
        "waiting",
        "running",
    ]
    assert ledger.scores() == {claims[0].cell.id: 0.9}
    assert ledger.reasons() == {claims[1].cell.id: "the training loss became nan"}
    again = ledger.claim()
    assert again is not None
    assert (again.cell, again.tries) == (claims[2].cell, 1)


def claim_all(folder: str, queue: "multiprocessing.Queue[list[str]]") -> None:
    import os

    os.environ["SEEDBED_STORE"] = folder
    ledger = Ledger.open(load(Path(folder) / "mine.yaml"))
    mine = []
    while (claim := ledger.claim()) is not None:
        mine.append(claim.cell.id)
        ledger.done(claim.trial_id, 0.5)
    queue.put(mine)


def test_drivers_at_once_share_every_cell_exactly_once(design: Design, store_path: Path) -> None:
    (store_path / "mine.yaml").write_text(TEXT)
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[list[str]] = context.Queue()
    drivers = [context.Process(target=claim_all, args=(str(store_path), queue)) for _ in range(3)]
    for driver in drivers:
        driver.start()
    claimed = [cell for _ in drivers for cell in queue.get(timeout=120)]
    for driver in drivers:
        driver.join()
    assert sorted(claimed) == sorted(cell.id for cell in design.cells)


def test_a_claim_of_a_process_that_is_gone_is_abandoned(design: Design) -> None:
    ledger = Ledger.open(design)
    claim = ledger.claim()
    assert claim is not None
    assert ledger.leases.abandoned() == []
    gone = {**Owner.this().asdict(), "started": -1}
    open_storage(design.name, None).storage.set_trial_user_attr(claim.trial_id, "owner", gone)
    (trial,) = ledger.leases.abandoned()
    assert trial.attrs["cell"] == claim.cell.id


def test_more_seeds_are_added_to_what_is_there(design: Design, tmp_path: Path) -> None:
    ledger = Ledger.open(design)
    claim = ledger.claim()
    assert claim is not None
    ledger.done(claim.trial_id, 0.5)
    (tmp_path / "mine.yaml").write_text(TEXT.replace("seeds: 4", "seeds: 6"))
    more = Ledger.open(load(tmp_path / "mine.yaml"))
    assert list(more.standings().values()).count("waiting") == 17
    assert list(more.standings().values()).count("done") == 1


@pytest.mark.parametrize(
    ("change", "difference", "where"),
    [
        (("epochs: 1", "epochs: 2"), "epochs: 1 there, 2 here", "line 7 column 3"),
        (("  epochs: 1\n", ""), "epochs: 1 there, 10 here", "line 2 column 1"),
        (("mnist_cnn", "mnist_deep_cnn"), "experiment: mnist_cnn there, mn", "line 2 column 1"),
        (
            ("  batch_size: [32, 64, 128]", "  learning_rate: [0.1, 0.01]"),
            "batch_size: varied there, 32 here",
            "line 4 column 3",
        ),
    ],
)
def test_a_name_belongs_to_one_design(
    design: Design, tmp_path: Path, change: tuple[str, str], difference: str, where: str
) -> None:
    Ledger.open(design)
    (tmp_path / "mine.yaml").write_text(TEXT.replace(*change))
    with pytest.raises(InputError) as caught:
        Ledger.open(load(tmp_path / "mine.yaml"))
    assert f"mine.yaml {where}: A sweep's name must belong to one design" in str(caught.value)
    assert "'mine' belongs to another one" in str(caught.value)
    assert difference in str(caught.value)


def test_trials_carry_what_optunas_tools_show(design: Design) -> None:
    Ledger.open(design)
    study = optuna.load_study(
        study_name=design.name, storage=open_storage(design.name, None).storage
    )
    trial = study.get_trials(states=[TrialState.WAITING])[1]
    assert trial.params == {"batch_size": 64}
    assert trial.user_attrs["name"] == "batch_size=64 seed=0"
