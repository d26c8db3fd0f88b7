"""A sweep's file that Seedbed writes itself, from the words of a command."""

import io
import re
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML

from seedbed.sweeps.design.design import Design, designed
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.system.errors import InputError


def yaml_text(content: Mapping[str, object]) -> str:
    """The fields as YAML, in their order."""
    writer = YAML(typ="safe", pure=True)
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    writer.dump(dict(content), stream)
    return stream.getvalue()


def design_of_text(text: str, path: Path) -> Design:
    """The design of a text that will be written to ``path``.

    Raises:
        InputError: The text breaks a rule; the sentence names no line, since no user wrote any.
    """
    try:
        return designed(CheckedFile.parse(text, path))
    except InputError as error:
        sentence = re.sub(rf"^{re.escape(str(path))}(?: line \d+ column \d+)?: ", "", str(error))
        raise InputError(sentence) from None
