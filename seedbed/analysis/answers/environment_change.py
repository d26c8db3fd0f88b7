"""What differs between the environment that a claim names and the one here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedbed.analysis.wording import listed, one_line
from seedbed.tracking import schema

DIGITS = 12
"""Characters of a digest that are shown."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "data": (schema.DATA_SHA256, "data"),
    "code": ("seedbed", "code_sha256", "git_commit"),
    "versions": (
        *("python", "tensorflow", "keras", "numpy", "scikit-learn"),
        *(schema.CUDA, schema.CUDNN),
    ),
    "processor": (
        *(name.key for name in schema.PROCESSOR_FIELDS),
        *(schema.DEVICE, schema.GPU, schema.GPU_CAPABILITY),
    ),
    "settings": (
        *("threads", "op_determinism", "onednn"),
        *(schema.TF32, schema.WHOLE_CONVOLUTIONS),
    ),
    "system": ("system",),
}
"""What may change the bits of a run → fields of its environment."""
NEEDED = (schema.DATA_SHA256, "code_sha256", "tensorflow", schema.PROCESSOR)
"""Fields without which a kind is not known."""


@dataclass(frozen=True)
class EnvironmentChanges:
    """Two environments, held against each other.

    Attributes:
        differing: Kind → what differs, in words.
        unknown: What could not be compared, in words.
    """

    differing: Mapping[str, str]
    unknown: tuple[str, ...]


def environment_changes(
    claimed: Mapping[str, Sequence[str]], here: Sequence[Mapping[str, str]]
) -> EnvironmentChanges:
    """Compare the environment of a claim's runs with that of runs here.

    Args:
        claimed: Field → the values that the claim's runs had.
        here: The environment of each run here.
    """
    differing = {}
    for kind, names in KINDS.items():
        words = [word for name in names if (word := _change(name, claimed, here))]
        if words:
            differing[kind] = listed(words)
    unknown = tuple(
        f"{kind}, which {'the claim does' if not _known(claimed.get(name, ())) else 'the runs do'} "
        "not record"
        for kind, names in KINDS.items()
        for name in names
        if name in NEEDED
        if not _known(claimed.get(name, ())) or not _known([one.get(name, "") for one in here])
    )
    return EnvironmentChanges(differing, unknown)


def _known(values: Sequence[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value and value != "not recorded"]


def _change(
    name: str, claimed: Mapping[str, Sequence[str]], here: Sequence[Mapping[str, str]]
) -> str | None:
    there, mine = _known(claimed.get(name, ())), _known([one.get(name, "") for one in here])
    if not there or not mine or set(mine) <= set(there):
        return None
    shown = (listed(_shown(name, value) for value in values[:3]) for values in (there, mine))
    return f"{name} {next(shown)} there, {next(shown)} here"


def _shown(name: str, value: str) -> str:
    is_digest = name.endswith("sha256") or name == "git_commit"
    return value[:DIGITS] if is_digest else one_line(value, 60)
