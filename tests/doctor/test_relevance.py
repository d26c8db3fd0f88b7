"""Functions that train nothing are passed over, and nothing is missed for it."""

from pathlib import Path

import pytest

from seedbed.doctor import examine as module
from seedbed.doctor.examine import examine
from seedbed.doctor.interpreter.relevance import is_irrelevant
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.source.find_files import read_module

NET = """
import keras
from keras import layers
def build():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""
CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.long
def test_nothing_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code, rule in RULES.items():
        for number, part in enumerate(rule.page.split("```python\n")[1:]):
            (tmp_path / f"{code}_{number}.py").write_text(part.split("```")[0])
    for case in CORPUS.glob("tricky/*.txt"):
        for number, part in enumerate(case.read_text().split("#%% SB")[1:]):
            text = NET + part.partition("\n")[2].replace("#%%", "#")
            (tmp_path / f"{case.stem}_{number}.py").write_text(text)
    places = [*tmp_path.iterdir(), *CORPUS.rglob("*.py")]
    wrapped = tmp_path / "wrapped"
    wrapped.mkdir()
    for place in places:  # the same inside a function, where it is followed or passed over
        lines = place.read_text().splitlines()
        if not any(line.startswith("from __future__") or "import *" in line for line in lines):
            text = "\n".join(f"    {line}" for line in lines)
            (wrapped / place.name).write_text(f"def main():\n    pass\n{text}\n")
    places += list(wrapped.iterdir())
    fast = [examine([place]).findings for place in places]
    monkeypatch.setattr(module, "is_irrelevant", lambda _: (set(), set()))
    slow = [examine([place]).findings for place in places]
    assert sum(map(len, slow)) > 150
    assert fast == slow


def test_what_calls_a_training_by_name_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "library.py"
    path.write_text(
        "import torch\n"
        "def trains(m, x):\n    m.fit(x)\n"
        "def calls(m):\n    return trains(m, 1)\n"
        "def reads(p):\n    return torch.load(p)\n"
        "def seeds(n):\n    n.random.seed()\n"
        "def adds(a, b):\n    return a + b\n"
        "class Shape:\n    def area(self):\n        return 1\n"
        "class Trainer:\n    def area(self):\n        return 2\n"
        "    def go(self):\n        trains(1, 2)\n"
    )
    passed, idle = is_irrelevant([read_module(path)[0]])
    assert not idle
    assert sorted(str(getattr(node, "name", node)) for node in passed) == [
        "Shape",
        "adds",
        "area",
        "area",
    ]
