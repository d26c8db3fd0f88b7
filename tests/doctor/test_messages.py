"""Messages say where the other place is."""

import json
from pathlib import Path

from seedbed.doctor.examine import examine

CELLS = (
    "import keras\nkeras.utils.set_random_seed(1)",
    "m = keras.Sequential()\nm.compile('adam', 'mse')\n\nm.fit(x, y, epochs=3)",
    "m.fit(x, y, epochs=3)",
)


def test_a_message_about_a_notebook_names_the_cell_of_the_other_line(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "source": text, "outputs": []} for text in CELLS]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    (tmp_path / "script.py").write_text("\n".join(CELLS))
    in_book, in_script = (
        next(f.message for f in examine([tmp_path / name]).findings if f.code == "SB301")
        for name in ("book.ipynb", "script.py")
    )
    assert in_book.endswith("it was trained in line 4 of cell 2")
    assert in_script.endswith("it was trained in line 6")
