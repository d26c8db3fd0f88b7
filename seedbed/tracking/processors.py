"""Whether two runs had the same kind of processor, as far as their records tell."""

from collections.abc import Mapping

from seedbed.tracking import schema

KIND = (
    schema.PROCESSOR_VENDOR,
    schema.PROCESSOR_FAMILY,
    schema.INSTRUCTION_SET,
    schema.DEVICE,
    schema.GPU,
    schema.GPU_CAPABILITY,
    schema.TF32,
)
"""Fields of ``environment.json`` in which processors and GPUs differ that round differently."""


def processor_change(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """How the processor of ``now`` differs from that of ``before``, in words; None if it does not.

    A field that one of the two did not record says nothing. Only where a record has none of the
    fields, as before version 0.2, the processor's name decides.

    Args:
        before: Environment of a run, as recorded.
        now: That of another.
    """
    known = [key for key in KIND if before.get(key) and now.get(key)] or [schema.PROCESSOR]
    if all(before.get(key, "") == now.get(key, "") for key in known):
        return None
    if not all(before.get(key) and now.get(key) for key in known):
        return None
    return f"{processor_in_words(before)} → {processor_in_words(now)}"


def processor_in_words(environment: Mapping[str, str]) -> str:
    """An environment's processor (name, vendor, family, instruction set, oneDNN) and GPU."""
    vendor, family = (environment.get(key, "") for key in KIND[:2])
    onednn = environment.get(schema.ONEDNN_VERSION, "")
    parts = [
        environment.get(schema.PROCESSOR, ""),
        f"{vendor} family {family}" if vendor and family else vendor,
        environment.get(schema.INSTRUCTION_SET, ""),
        f"oneDNN {onednn}" if onednn else "",
        *_gpu_in_words(environment),
    ]
    return ", ".join(part for part in parts if part) or "unknown"


def _gpu_in_words(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Name, compute capability and TF32 of the GPU that a run trained on; none for a processor."""
    if environment.get(schema.DEVICE) != "gpu":
        return ()
    capability = environment.get(schema.GPU_CAPABILITY, "")
    return (
        f"GPU {environment.get(schema.GPU, '')}".strip(),
        f"compute capability {capability}" if capability else "",
        {"true": "TF32 on", "false": "TF32 off"}.get(environment.get(schema.TF32, ""), ""),
    )
