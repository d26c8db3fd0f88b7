"""What two runs side by side show: the first tensor that differs, and what removes it."""

from seedbed.tracking.random_records import FirstDifference, SideBySide

_SETTINGS = {
    "op_determinism": (
        "deterministic operations",
        "tf.config.experimental.enable_op_determinism() before the first operation",
    ),
    "threads": ("one thread", "tf.config.threading.set_intra_op_parallelism_threads(1)"),
    "onednn": ("TensorFlow's own operations", "TF_ENABLE_ONEDNN_OPTS=0 before Python starts"),
}
_BEFORE = {
    "output": "the batch and every layer before it are equal",
    "loss": "every layer's output is equal",
    "gradient": "every output and the loss are equal, and so are the gradients before it",
}


def lockstep_sentences(found: SideBySide) -> list[str]:
    """Say which layer and operation differs first, and which setting removes it.

    Args:
        found: ``difference`` (None without), ``steps``, ``removed_by``, ``tried`` and
            ``operation``; the fields of ``seedbed.runs.reproduce.lockstep.Lockstep``.
    """
    first = found["difference"]
    if first is None and not found["steps"]:  # the runs did not come to a step
        return []
    if first is None:
        return [
            f"Run again side by side, the two agree in every tensor of {found['steps']} steps, so "
            "they diverge by chance: ask again."
        ]
    where = f"step {first['step']} of fit {first['fit']} (epoch {first['epoch']})"
    if first["kind"] == "data":
        return [
            f"Run again side by side, they get different data first, in {where}: {first['name']} "
            "differs. Seed its shuffle, and give map and interleave deterministic=True."
        ]
    what = _operation(first["kind"], first["name"])
    equal = _BEFORE[first["kind"]]
    operation = found.get("operation")
    within = f" Within that layer it is the operation {operation}." if operation else ""
    return [
        f"Run again side by side, the first tensor that differs is {what}, in {where}: {equal}."
        f"{within}",
        _cure(found, first),
    ]


def _operation(kind: str, name: str) -> str:
    return {"output": f"the output of {name}", "gradient": f"the gradient of {name}"}.get(
        kind, name
    )


def _cure(found: SideBySide, first: FirstDifference) -> str:
    if found["removed_by"] is not None:
        words, code = _SETTINGS[found["removed_by"]]
        return f"With {words} two further pairs agree, so that removes it: {code}."
    tried = [f"with {_SETTINGS[one][0]}" for one in found["tried"]]
    if tried:
        many = f"{', '.join(tried[:-1])} and {tried[-1]}" if len(tried) > 1 else tried[0]
        still = f"They differ {many} too"
    else:
        still = "No setting of TensorFlow removes it"
    if first["kind"] == "output":
        return (
            f"{still}, so the layer's own code draws without a seed, reads something that "
            "changes, or uses its own threads."
        )
    return f"{still}, so the script's own code differs from run to run."
