"""What a change may come from: in which settings two nights' environments differ."""

from collections.abc import Mapping

from seedbed.tracking.schema import (
    CUDA,
    CUDNN,
    DATA_SHA256,
    DEVICE,
    GPU,
    GPU_CAPABILITY,
    PROCESSOR,
    TF32,
)

WORDS = {
    "git_commit": "commit",
    "git_dirty": "uncommitted changes",
    DATA_SHA256: "data",
    "host": "machine",
    "op_determinism": "operations' determinism",
    "onednn": "oneDNN",
    GPU: "GPU",
    GPU_CAPABILITY: "the GPU's compute capability",
    CUDA: "CUDA",
    CUDNN: "cuDNN",
    TF32: "TF32",
}
ORDER = ("git_commit", "git_dirty", DATA_SHA256, "data")
LAST = ("host", "system", PROCESSOR, "cores", DEVICE, GPU, GPU_CAPABILITY)
SHORT = 12
"""Characters of a commit or a digest that are shown."""
DIGEST = 40


def causes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The settings that differ, likeliest first, as ``name old → new``.

    Args:
        before: Environment of a night that was good.
        now: That of the night in question.
    """
    differing = [key for key in {**before, **now} if before.get(key, "") != now.get(key, "")]
    return [
        f"{WORDS.get(key, key)} {_shown(before.get(key, ''))} → {_shown(now.get(key, ''))}"
        for key in sorted(differing, key=_rank)
    ]


def in_words(found: list[str], night: str) -> str:
    """The causes as a sentence, compared with a night."""
    if not found:
        return (
            f"Nothing that is recorded of commit, versions, data and machine differs from {night}, "
            "the last night without an alarm: look at the machine itself, and at files outside "
            "the repository."
        )
    return f"Since {night}, the last night without an alarm: {'; '.join(found)}."


def _rank(key: str) -> tuple[int, str]:
    if key in ORDER:
        return ORDER.index(key), key
    return (200 + LAST.index(key), key) if key in LAST else (100, key)


def _shown(value: str) -> str:
    if not value:
        return "(none)"
    if len(value) >= DIGEST and all(letter in "0123456789abcdef" for letter in value):
        return value[:SHORT]
    return value if len(value) <= 80 else f"{value[:77]}…"
