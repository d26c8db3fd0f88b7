"""``seedbed repeat --try``: a script's other course is trained and told, through the command."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.sweeps.executors.local_pool import LocalPool

ROUNDS = """
import numpy as np
import keras

x = np.linspace(-1, 1, 240).reshape(60, 4).astype('float32')
y = (np.arange(60) % 3 == 0).astype(int)
for turn in range(3):
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, 'relu'),
                              keras.layers.Dropout(0.3), keras.layers.Dense(1, 'sigmoid')])
    model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
    model.fit(x[:40], y[:40], epochs=2, batch_size=8, verbose=0)
    print('loss:', model.evaluate(x[40:], y[40:], verbose=0)[0])
"""


@pytest.mark.long
def test_rounds_are_seeded_alike_and_what_is_left_of_their_spread_is_told(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
    pool: LocalPool,
) -> None:
    del pool  # its fork server has TensorFlow loaded; the sweeps use the same one
    (tmp_path / "rounds.py").write_text(ROUNDS)
    words = ["repeat", str(tmp_path / "rounds.py"), "--seeds", "3", "--metric", "loss", "--try"]
    done: Any = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert (
        "With every generator seeded alike before each round of line 11, all 3 rounds of a run "
        "give one number, where they scatter with a standard deviation of"
    ) in said
    assert "the generator that goes on is all that tells them apart" in said
    again: Any = CliRunner().invoke(main, words)
    assert again.stdout.count("3 cells, 3 done before") == 2, again.stdout
