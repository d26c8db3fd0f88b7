"""Comments that silence a rule: ``# doctor: ignore SB101`` and ``# doctor: ignore-file SB101``."""

import io
import re
import tokenize
from collections.abc import Container, Iterator
from functools import lru_cache

from seedbed.doctor.source.module import Module

_COMMENT = re.compile(r"#\s*doctor:\s*ignore(?P<file>-file)?\b[:\s]*(?P<codes>[A-Za-z0-9_, ]*)")
_CODE = re.compile(r"[A-Za-z]+\d+")


@lru_cache(maxsize=256)
def _comments(source: str) -> dict[int, frozenset[str]]:
    """Codes ignored by line; line 0 stands for the whole file; ``*`` for every code."""
    found: dict[int, set[str]] = {}
    if "doctor:" not in source:
        return {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type != tokenize.COMMENT:
                continue
            match = _COMMENT.search(token.string)
            if match is None:
                continue
            codes = {code.upper() for code in _CODE.findall(match["codes"])} or {"*"}
            found.setdefault(0 if match["file"] else token.start[0], set()).update(codes)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return {line: frozenset(codes) for line, codes in found.items()}


def ignored_codes(module: Module, lines: tuple[int, int]) -> frozenset[str]:
    """Codes that are silenced for a statement.

    Args:
        module: The file.
        lines: First and last line of the statement; a comment on either counts.

    Returns:
        The codes; ``*`` for all.
    """
    comments = _comments(module.source)
    nothing: frozenset[str] = frozenset()
    return comments.get(0, nothing).union(*(comments.get(line, nothing) for line in lines))


def stray_codes(module: Module, known: Container[str]) -> Iterator[tuple[int, str]]:
    """Codes in comments that no rule has, with their lines."""
    for line, codes in _comments(module.source).items():
        for code in sorted(codes - {"*"}):
            if code not in known:
                yield line, code
