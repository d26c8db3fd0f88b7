"""Read the YAML files that tools leave beside their runs; nothing in them is executed."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.extras import naming_the_extra
from seedbed.tracking.importing.tools.from_tables import flattened

if TYPE_CHECKING:
    from ruamel.yaml.constructor import SafeConstructor
    from ruamel.yaml.nodes import Node


def settings_in(path: Path) -> dict[str, object]:
    """The mapping in a YAML file, nested names joined by dots; empty for anything else.

    Python's objects, as Lightning writes them, become what they hold: a tuple a list, a class its
    name.

    Raises:
        InputError: It cannot be read, or is not YAML.
        MissingExtraError: The package that reads YAML is not installed.
    """
    with naming_the_extra():
        from ruamel.yaml import YAML
        from ruamel.yaml.constructor import SafeConstructor
        from ruamel.yaml.error import YAMLError

    class Plain(SafeConstructor):
        """Constructs plain data whatever the tags say."""

    Plain.add_multi_constructor("tag:yaml.org,2002:python/", _plain)
    Plain.add_multi_constructor("!", _plain)
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = Plain
    try:
        found = reader.load(path.read_text(encoding="utf-8"))
        return flattened(found) if isinstance(found, Mapping) else {}
    except (OSError, UnicodeDecodeError, YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{path} must be YAML, but it cannot be read: {error}") from None


def _plain(constructor: "SafeConstructor", suffix: str, node: "Node") -> object:
    """What a node with a tag of Python's holds; of an empty one the tag's name."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if isinstance(node, SequenceNode):
        return list(constructor.construct_sequence(node, deep=True))
    if isinstance(node, MappingNode):
        return dict(constructor.construct_mapping(node, deep=True))
    return constructor.construct_scalar(node) or suffix.rpartition(":")[2]
