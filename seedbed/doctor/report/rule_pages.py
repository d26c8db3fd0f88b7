"""The page of each rule, as ``--explain`` prints it and docs/doctor/ holds it."""

from seedbed.doctor.rules.registry import RULES
from seedbed.system.errors import InputError


def page_of(code: str) -> str:
    """The page of a rule.

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
            f"--explain wants the code of a rule, such as SB201; got '{code}' (--rules lists them)."
        )
    return RULES[wanted].page
