"""``why`` answers for a script of scikit-learn alone, in that library's words."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main

SCRIPT = """
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

rows = np.random.RandomState(0).rand(300, 4)
truth = (rows.sum(axis=1) + np.random.RandomState(1).randn(300) / 3 > 2).astype(int)
x_train, x_test, y_train, y_test = train_test_split(rows, truth, test_size=0.5)
forest = RandomForestClassifier(n_estimators=3, max_features=1)
forest.fit(x_train, y_train)
print("Accuracy:", accuracy_score(y_test, forest.predict(x_test)))
"""


@pytest.mark.long
def test_advice_for_a_script_without_keras_needs_no_keras(
    store_path: Path,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    (tmp_path / "forest.py").write_text(SCRIPT)
    asked = ["why", str(tmp_path / "forest.py"), "--runs", "12", "--name", "forest"]
    done = CliRunner().invoke(main, asked, prog_name="seedbed")
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "One line pins all of them" in said
    assert "np.random.seed(7) after the imports" in said
    assert "keras" not in said
    assert "model.predict" not in said
