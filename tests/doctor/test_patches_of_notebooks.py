"""Patches of notebooks: every script of a corpus, cut into cells, is mended as a notebook too."""

import ast
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

from seedbed.doctor.examine import examine
from seedbed.doctor.patch.plan import mend

CORPUS = Path(__file__).parent / "corpus"
PLACE = Path("book.ipynb")


def as_notebook(text: str) -> bytes:
    """A notebook with three statements of a script in each cell."""
    lines = text.splitlines(keepends=True)
    starts = [node.lineno - 1 for node in ast.parse(text).body if not decorated(node)][::3]
    bounds = [0, *starts[1:], len(lines)]
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": lines[a:b]}
        for a, b in pairwise(bounds)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=1).encode()


def decorated(node: ast.stmt) -> bool:
    return bool(getattr(node, "decorator_list", []))


def counts(content: bytes) -> Counter[str]:
    return Counter(finding.code for finding in examine([PLACE], None, {PLACE: content}).findings)


def test_a_mended_notebook_is_read_gains_nothing_and_is_mended_once() -> None:
    books = [path.read_bytes() for path in sorted(CORPUS.rglob("*.ipynb"))]
    books += [as_notebook(path.read_text()) for path in sorted(CORPUS.rglob("*.py"))]
    mended = 0
    for content in books:
        done = mend([PLACE], None, {PLACE: content}, unsafe=True)
        if PLACE not in done.after:
            continue
        mended += 1
        after = done.after[PLACE]
        assert len(json.loads(after)["cells"]) == len(json.loads(content)["cells"])
        old, new = counts(content), counts(after)
        assert not new - old
        assert all(new[code] < old[code] for code in done.counts)
        assert not mend([PLACE], None, {PLACE: after}, unsafe=True).after
    assert mended >= 15
