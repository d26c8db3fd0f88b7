"""The page of each rule, as ``--explain`` prints it and docs/doctor/ holds it."""

import re
from functools import cache
from pathlib import Path

from seedbed.doctor.patch.diffs import diff_of
from seedbed.doctor.patch.plan import mend
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings
from seedbed.system.errors import InputError

_BAD = re.compile(r"## Bad\n\n```python\n(.*?)```", re.DOTALL)
_GOOD = re.compile(r"## Good\n\n```python\n(.*?)```", re.DOTALL)
_MEASURED = "## What was measured"


def page_of(code: str) -> str:
    """The page of a rule, with the patch of its bad example.

    Args:
        code: The rule's code, in any case.

    Returns:
        Its Markdown.

    Raises:
        InputError: No rule has this code.
    """
    wanted = code.strip().upper()
    if wanted not in RULES:
        raise InputError(
            f"--explain needs the code of a rule, such as SB201; got '{code}' (--rules lists them)."
        )
    before, _, after = RULES[wanted].page.partition(_MEASURED)
    return f"{before}## The patch\n\n{_patch(wanted)}\n\n{_MEASURED}{after}"


@cache
def _patch(code: str) -> str:
    """What ``--fix`` makes of the bad example, or else how a person changes it."""
    example = _BAD.search(RULES[code].page)
    script = Path("train.py")
    content = example[1].encode() if example is not None else b""
    settings = Settings(select=(code,))
    for unsafe in (False, True):
        done = mend([script], settings, {script: content}, unsafe=unsafe)
        if script in done.after:
            option = "--fix --unsafe-fixes" if unsafe else "--fix"
            diff = diff_of(script, content, done.after[script])
            return f"`seedbed doctor {option}` makes of the bad example:\n\n```diff\n{diff}```"
    good = _GOOD.search(RULES[code].page)
    diff = diff_of(script, content, good[1].encode() if good is not None else b"")
    return (
        "None by itself: what to write depends on the purpose of the script. By hand, from the bad "
        f"example to the good one:\n\n```diff\n{diff}```"
    )
