"""Names that Keras 3 gave up: what an import of each does today."""

from seedbed.doctor.keras3.removed_names import MODULES, NAMES


def imports_that_stop() -> None:
    """How many imports of the rule's table stop a script."""
    statements = [f"import {name}" for name in MODULES]
    for name in NAMES:
        module, _, last = name.rpartition(".")
        statements.append(f"from {module} import {last}")
    stopped = sum(_stops(statement) for statement in statements)
    print(f"SB701 imports of the table at which a script stops: {stopped}, n={len(statements)}")


def _stops(statement: str) -> bool:
    try:
        exec(statement, {})  # noqa: S102  (names of our own table)
    except ImportError:
        return True
    return False
