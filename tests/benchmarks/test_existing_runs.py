"""The runs that the benchmark of other tools' runs reads are made once and kept."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import existing_runs


def measure(folder: Path) -> str:
    words = ["--only", "mlflow", "--folder", str(folder), "--runs", "6", "--epochs", "2"]
    result = CliRunner().invoke(existing_runs.main, [*words, "--repeats", "1"])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.long
def test_a_kept_folder_is_read_again(tmp_path: Path) -> None:
    said = measure(tmp_path)
    assert "6 runs of MLflow on sqlite, 2 values of each metric" in said
    assert "ratio of the fastest" in said
    database = tmp_path / "mlflow_6x2.db"
    made = database.stat()
    measure(tmp_path)
    assert database.stat().st_ino == made.st_ino
    assert {one.name for one in tmp_path.iterdir()} <= {database.name, "artifacts"}
