"""Imports that experiment files of version 0.1 have, and how they are written now."""

import ast
from pathlib import Path

from seedbed.system.errors import InputError

OLD_MODULES = (
    "experiments.array_cache",
    "experiments.arrays",
    "experiments.augmentation",
    "experiments.checks",
    "experiments.folders",
    "experiments.images",
    "experiments.options",
    "experiments.safe_pickle",
    "experiments.scoring",
    "experiments.seeds",
    "experiments.splits",
    "experiments.trajectories",
    "experiments.verification",
    "tracking.errors",
    "tracking.places",
)


def check_imports(path: Path) -> None:
    """Check, without running the file, that it imports ``seedbed.api`` and no older module.

    Raises:
        InputError: It imports a module of version 0.1. A folder or file of that name beside it is
            the user's own, and is left alone.
    """
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError):  # shown when the file is imported
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.level or node.module not in OLD_MODULES:
            continue
        room = path.parent / node.module.partition(".")[0]
        if room.is_dir() or room.with_suffix(".py").is_file():
            continue
        new = ast.ImportFrom("seedbed.api", node.names, 0)
        raise InputError(
            f"{path.name} line {node.lineno}: `{ast.unparse(node)}` is now `{ast.unparse(new)}`."
        )
