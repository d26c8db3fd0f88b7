"""The page of each rule: docs/doctor/CODE.md."""

from seedbed.doctor.rules.registry import RULES
from seedbed.system.errors import InputError
from seedbed.system.paths import SHIPPED

PAGES = SHIPPED / "docs" / "doctor"


def page_of(code: str) -> str:
    """The page of a rule.

    Args:
        code: The rule's code, in any case.

    Returns:
        Its Markdown.

    Raises:
        InputError: No rule has this code, or its page is missing from this copy.
    """
    wanted = code.strip().upper()
    if wanted not in RULES:
        raise InputError(
            f"--explain wants the code of a rule, such as SB201; got '{code}' (--rules lists them)."
        )
    try:
        return (PAGES / f"{wanted}.md").read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"The page of {wanted} is missing from docs/doctor.") from error
