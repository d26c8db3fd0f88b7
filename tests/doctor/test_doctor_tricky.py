"""Cases where a plain reader of lines would be wrong: what must not be claimed, and what must."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.doctor.rules.registry import RULES

Ask = Callable[..., dict[str, str]]

NET = """
import keras
from keras import layers
def build():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""
SEEDED = NET + "keras.utils.set_random_seed(1)\n"
PRELUDES = {"net": NET, "seeded": SEEDED}


def read_cases() -> list[tuple[str, str, str]]:
    """Cases of corpus/tricky: after ``#%% SB101 is after net`` the script; inner ``#%% net``."""
    found = []
    for path in sorted((Path(__file__).parent / "corpus" / "tricky").glob("*.txt")):
        pieces = re.split(r"^#%% (SB.*)\n", path.read_text(), flags=re.MULTILINE)
        for head, body in zip(pieces[1::2], pieces[2::2], strict=True):
            rule, _, prelude = head.partition(" after ")
            code, _, expected = rule.partition(" ")
            script = PRELUDES.get(prelude, "") + body
            for name, text in PRELUDES.items():
                script = script.replace(f"#%% {name}\n", text)
            found.append((code, expected, script))
    return found


CASES = read_cases()


def test_every_rule_has_a_tricky_case() -> None:
    untested = set(RULES) - {code for code, _, _ in CASES}
    assert untested == {"SB108", "SB109", "SB502"}  # in the tests below


@pytest.mark.parametrize(
    ("code", "expected", "text"), CASES, ids=[f"{case[0]}-{i}" for i, case in enumerate(CASES)]
)
def test_case(code: str, expected: str, text: str, codes: Ask) -> None:
    assert codes(text).get(code, "nothing") == expected


def test_a_hash_seed_for_a_child_process_is_right(codes: Ask) -> None:
    text = SEEDED + "import os, sys\nos.environ['PYTHONHASHSEED'] = '0'\n"
    train = "model = build()\nmodel.fit(x, y)\n"
    assert codes(text + train)["SB108"] == "may be"
    assert "SB108" not in codes(text + "os.execv(sys.executable, sys.argv)\n" + train)


def test_python_and_tensorflow_together_seed_keras_3(codes: Ask) -> None:
    text = NET + "import random\nimport tensorflow as tf\ntf.random.set_seed(1)\n"
    train = "model = build()\nmodel.fit(x, y)\n"
    assert codes(text + train)["SB109"] == "may be"
    assert "SB109" not in codes(text + "random.seed(1)\n" + train)


def test_arms_on_one_stream_are_only_perhaps_unlike(codes: Ask) -> None:
    arm = "{0} = build()\n{0}.fit(x, y, epochs=3)\ns{0} = {0}.evaluate(x_test, y_test)[1]\n"
    end = "print(sa - sb)\n"
    seed = "keras.utils.set_random_seed(1)\n"
    assert codes(SEEDED + arm.format("a") + arm.format("b") + end)["SB502"] == "may be"
    assert "SB502" not in codes(SEEDED + arm.format("a") + seed + arm.format("b") + end)


def test_names_are_followed_through_imports(codes: Ask) -> None:
    helper = NET + "def prepare():\n    keras.utils.set_random_seed(4)\n"
    script = "from helper import build, prepare\nprepare()\nm = build()\nm.fit(x, y)\n"
    script += "m.fit(x, y, epochs=3)\n"
    found = codes(script, helper=helper)
    assert "SB102" not in found
    assert found["SB301"] == "may be"  # one of the two has a single epoch
    longer = script.replace("m.fit(x, y)\n", "m.fit(x, y, epochs=2)\n")
    assert codes(longer, helper=helper)["SB301"] == "is"


def test_without_the_helper_less_is_certain(codes: Ask) -> None:
    script = "from helper import build\nm = build()\nm.fit(x, y, epochs=2)\n"
    assert codes(script)["SB102"] == "may be"


def test_seeds_set_while_importing_a_given_file_count(codes: Ask) -> None:
    script = "import helper\nm = helper.build()\nm.fit(x, y)\n"
    assert "SB102" not in codes(script, helper=SEEDED)


def test_a_reader_is_not_caught_by_recursion_or_generators(codes: Ask) -> None:
    text = SEEDED + (
        "def f(n):\n    return f(n - 1) if n else 0\nf(3)\n"
        "def g():\n    while True:\n        yield x\n"
        "model = build()\nmodel.fit(g(), steps_per_epoch=3)\n"
    )
    assert {code for code, kind in codes(text).items() if kind == "is"} == set()
