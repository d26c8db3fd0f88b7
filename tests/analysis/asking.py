"""Ask the command line of analysis in tests, without a process of its own."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result

from seedbed.cli.main import main


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def fields(*words: object) -> dict[str, object]:
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def refused(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    sentence = result.stderr.strip()
    assert "\n" not in sentence
    return sentence


def value(found: object) -> float:
    assert isinstance(found, dict)
    assert isinstance(found["value"], float)
    return found["value"]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def answers(path: Path, runs: int = 5, examples: int = 80, seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    right = (rng.random((runs, examples)) < rng.beta(4, 1, (1, examples))).astype(int)
    return write(path, "\n".join(",".join(map(str, row)) for row in right) + "\n")
