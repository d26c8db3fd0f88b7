"""Read the YAML files that tools leave beside their runs; nothing in them is executed."""

import logging
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.extras import naming_the_extra
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.importing.tools.json_rows import flattened
from seedbed.tracking.run_states import State

if TYPE_CHECKING:
    from ruamel.yaml.constructor import SafeConstructor
    from ruamel.yaml.nodes import Node

LOG = logging.getLogger(__name__)


def settings_in(path: Path) -> dict[str, object]:
    """The mapping in a YAML file, nested names joined by dots; empty for anything else.

    Python's objects, as Lightning writes them, become what they hold: a tuple a list, a class its
    name.

    Raises:
        InputError: It cannot be read, is not YAML, or is beyond the bounds of a sweep's file.
        MissingExtraError: The package that reads YAML is not installed.
    """
    with naming_the_extra():
        from ruamel.yaml import YAML
        from ruamel.yaml.constructor import SafeConstructor
        from ruamel.yaml.error import ReusedAnchorWarning, YAMLError

        from seedbed.system.files.yaml_bounds import LARGEST, BoundedParser, BoundsError

    class Plain(SafeConstructor):
        """Constructs plain data whatever the tags say."""

    Plain.add_multi_constructor("tag:yaml.org,2002:python/", _plain)
    Plain.add_multi_constructor("!", _plain)
    reader = YAML(typ="safe", pure=True)
    reader.Parser, reader.Constructor = BoundedParser, Plain
    try:
        with path.open(encoding="utf-8") as stream:
            text = stream.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise InputError(f"{path} must have at most {LARGEST:,} characters, got more")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # YAML allows it
            found = reader.load(text)
        return flattened(found) if isinstance(found, Mapping) else {}
    except BoundsError as error:
        where = f"{path} line {error.line} column {error.column}"
        raise InputError(f"{where}: {error}") from None
    except (OSError, YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{path} must be YAML, but it cannot be read: {error}") from None


def readable_settings(
    name: str, read: Callable[[], dict[str, object]]
) -> tuple[State, dict[str, object]]:
    """A run's settings; if they cannot be read, that run alone has failed, with a warning.

    Args:
        name: Name of the run.
        read: Reads its settings, or raises an ``InputError``.
    """
    try:
        return "finished", read()
    except InputError as error:
        LOG.warning("The run %s does not count: %s.", inert(name), inert(str(error)))
        return "failed", {}


def _plain(constructor: "SafeConstructor", suffix: str, node: "Node") -> object:
    """What a node with a tag of Python's holds; of an empty one the tag's name."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if isinstance(node, SequenceNode):
        return list(constructor.construct_sequence(node, deep=True))
    if isinstance(node, MappingNode):
        return dict(constructor.construct_mapping(node, deep=True))
    return constructor.construct_scalar(node) or suffix.rpartition(":")[2]
