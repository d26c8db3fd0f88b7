"""Tables as spreadsheets, pandas and people write them: marks, forms, endings, rows of epochs."""

import json
from pathlib import Path

import pandas as pd
import pytest

import seedbed
from seedbed.system.errors import InputError
from seedbed.tracking.importing.readers import read_runs
from seedbed.tracking.importing.tools.epoch_rows import histories_of
from seedbed.tracking.importing.tools.table_cells import score_of_cell, scores_of_column
from tests.analysis.asking import refused, run, write

SCORES = {"a": (0.91, 0.924, 0.917, 0.92), "b": (0.90, 0.91, 0.899, 0.911)}
ROWS = [
    {"arm": arm, "seed": seed, "acc": score}
    for arm, scores in SCORES.items()
    for seed, score in enumerate(scores)
]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("91 %", 0.91),
        ("91,5 %", 0.915),
        ("0,912", 0.912),
        ("1,92", 1.92),
        ("1,234", None),
        ("\N{MINUS SIGN}1.6", -1.6),
        ("1_0", None),
        ("92 ± 1", None),
        (True, None),
        (3, 3.0),
        (10**400, None),
    ],
)
def test_a_score_is_read_as_people_write_it(cell: object, number: float | None) -> None:
    assert score_of_cell(cell) == number


def test_a_column_with_some_marks_of_missing_values_is_one_of_scores() -> None:
    found = scores_of_column([0.9, "NA", "n/a", "-", 0.8, 0.7, "diverged", None])
    assert found is not None
    assert str(found) == "[0.9, None, None, None, 0.8, 0.7, nan, None]"
    assert scores_of_column(["high", "low", 0.9]) is None
    assert scores_of_column([None, "NA"]) is None


def test_a_missing_score_costs_its_own_pair_alone(tmp_path: Path) -> None:
    lines = [f"{one['arm']},{one['seed']},{one['acc']}" for one in ROWS]
    lines += ["a,4,NA", "b,4,0.9", "a,5,diverged", "b,5,0.9"]
    said = run(
        "compare", str(write(tmp_path / "r.csv", "\n".join(["arm,seed,acc", *lines])))
    ).output
    assert "4 pairs" in said
    assert "2 runs (row 9 and row 11) finished without a finite acc: not counted." in said


@pytest.mark.parametrize("first", ["", "Unnamed: 0"])
def test_the_row_numbers_of_pandas_make_no_arm(first: str, tmp_path: Path) -> None:
    pd.DataFrame(ROWS).to_csv(tmp_path / "runs.csv", index_label=first or None)
    said = run("compare", str(tmp_path / "runs.csv")).output
    assert "the arms are the values of arm (a, b); repeats are numbered by seed" in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("runs.tsv", "arm\tseed\tacc\n" + "\n".join("\t".join(map(str, r.values())) for r in ROWS)),
        ("runs.json", json.dumps(ROWS)),
        ("lines.json", "\n".join(json.dumps(row) for row in ROWS)),
        ("columns.json", json.dumps({key: [row[key] for row in ROWS] for key in ROWS[0]})),
        ("pandas.json", pd.DataFrame(ROWS).to_json()),
    ],
)
def test_tables_of_other_endings_are_read(name: str, text: str, tmp_path: Path) -> None:
    runs = read_runs(str(write(tmp_path / name, text))).runs
    assert [{**one.params, **one.metrics} for one in runs] == ROWS


def test_a_data_frame_may_have_the_seeds_as_its_index() -> None:
    runs = seedbed.read(pd.DataFrame(ROWS).set_index(["arm", "seed"]))
    assert seedbed.compare(runs).answer == seedbed.compare(seedbed.read(pd.DataFrame(ROWS))).answer


def test_cells_may_hold_lists_and_mappings(tmp_path: Path) -> None:
    rows = [{**row, "layers": [1, 2], "net": {"depth": 3, "act": ["relu"]}} for row in ROWS]
    pd.DataFrame(rows).to_parquet(tmp_path / "runs.parquet")
    for given in (pd.DataFrame(rows), str(tmp_path / "runs.parquet")):
        (first, *_) = seedbed.read(given).given.runs
        assert first.params["layers"] == "[1, 2]"
        assert first.params["net.depth"] == 3
        assert first.params["net.act"] == '["relu"]'
        assert seedbed.compare(given).verdict is not None


@pytest.mark.parametrize("name", ["psnr", "quality", "mIoU", "top5"])
def test_the_only_column_of_fractions_is_the_score(name: str) -> None:
    frame = pd.DataFrame(ROWS).rename(columns={"acc": name})
    assert f"the score is {name} (higher" in seedbed.compare(frame.assign(lr=0.1)).text


def test_of_two_columns_of_fractions_neither_is_taken_for_the_score() -> None:
    frame = pd.DataFrame(ROWS).rename(columns={"acc": "q"})
    with pytest.raises(InputError, match=r"columns with numbers: seed, q, other"):
        seedbed.compare(frame.assign(other=frame["q"] / 2))


def test_yes_or_no_is_written_as_in_the_names_of_arms() -> None:
    frame = pd.DataFrame(ROWS)
    said = seedbed.compare(frame.assign(arm=frame["arm"] == "a", fixed=True)).text
    assert "the arms are the values of arm (true, false);" in said
    assert "Constant: fixed=true." in said
    assert "arm=true scores" in said


def test_a_parquet_file_may_have_the_seeds_as_its_index(tmp_path: Path) -> None:
    pd.DataFrame(ROWS).set_index(["arm", "seed"]).to_parquet(tmp_path / "runs.parquet")
    runs = read_runs(str(tmp_path / "runs.parquet")).runs
    assert [{**one.params, **one.metrics} for one in runs] == ROWS


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("runs.xlsx", "PK", "must end in .csv"),
        ("claim.json", '{"a": {"b": 1}}', "must hold a list of objects"),
        ("wide.csv", "arm,seed1,seed2\na,.9,.8\nb,.7,.6\n", "look like one column per run"),
        ("plus.csv", "arm,acc\na,0.9 ± 0.1\nb,0.8 ± 0.1\n", "acc must hold one number per run"),
        ("arms.csv", "seed,cnn,mlp\n1,.9,.8\n2,.8,.7\n", "columns with numbers: seed, cnn, mlp"),
    ],
)
def test_a_table_of_another_form_is_refused_with_what_to_do(
    name: str, text: str, sentence: str, tmp_path: Path
) -> None:
    assert sentence in refused("compare", str(write(tmp_path / name, text)))


def test_a_reader_before_the_colon_is_used_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "export.parquet"
    pd.DataFrame(ROWS).to_parquet(path)
    with pytest.raises(InputError, match="must be an export of Neptune"):
        read_runs(f"neptune:{path}")


EPOCHS = [
    {
        "arm": arm,
        "seed": seed,
        "epoch": epoch,
        "acc": score - (4 - epoch) ** 2 / 50,
        "lr": 0.1 / (1 + epoch),
    }
    for arm, scores in SCORES.items()
    for seed, score in enumerate(scores)
    for epoch in range(5)
]


@pytest.mark.parametrize("order", [["arm", "seed", "epoch"], ["epoch", "seed", "arm"]])
def test_a_long_table_with_a_row_per_epoch_has_one_run_per_seed(order: list[str]) -> None:
    frame = pd.DataFrame(EPOCHS).sort_values(order, ignore_index=True)
    runs = seedbed.read(frame)
    assert len(runs) == len(ROWS)
    assert (
        "8 runs of the data frame, which has a row per epoch" in seedbed.compare(runs).sentences[0]
    )
    first = runs.given.runs[0]
    assert first.load_curve is not None
    assert first.load_curve("acc") == pytest.approx(
        [first.metrics["acc"] - (4 - epoch) ** 2 / 50 for epoch in range(5)]
    )
    assert "The epoch that looks best is 5" in " ".join(seedbed.epochs(runs).sentences)


@pytest.mark.parametrize(
    ("epochs", "number"),
    [
        ([1, 2, 3, 1, 2, 3], 2),
        ([0, 5, 10, 0, 5, 8], 2),
        ([100, 200, 300, 100, 200], None),
        ([10, 20, 30, 10, 20, 30], None),
        ([3, 5, 7, 9, 11, 13], None),
    ],
)
def test_numbers_of_epochs_that_were_chosen_are_no_rows_of_a_log(
    epochs: list[int], number: int | None
) -> None:
    seeds = [1, 1, 1, 2, 2, 2]
    rows = [{"seed": s, "epoch": e, "acc": 0.5} for s, e in zip(seeds, epochs, strict=False)]
    found = histories_of(["seed", "epoch", "acc"], rows)
    assert (found and len(found)) == number
