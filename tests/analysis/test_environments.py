"""Two environments held against each other: of a claim and its replication, of two nights."""

from seedbed.analysis.answers.environment_change import KINDS, environment_changes
from seedbed.analysis.nights.causes import causes
from seedbed.tracking.schema import GPU_FIELDS, PROCESSOR_FIELDS

CLAIMED = {
    "device": "gpu",
    "gpu": "NVIDIA A100-SXM4-40GB",
    "gpu_capability": "8.0",
    "cuda": "12.5.1",
    "cudnn": "9",
    "tf32": "false",
    "tensorflow": "2.21.0",
}
HERE = CLAIMED | {
    "gpu": "NVIDIA H200",
    "gpu_capability": "9.0",
    "cuda": "12.8.0",
    "tf32": "true",
}


def test_what_a_gpu_changes_is_named_by_its_kind() -> None:
    found = environment_changes({key: [value] for key, value in CLAIMED.items()}, [HERE])
    assert found.differing == {
        "versions": "cuda 12.5.1 there, 12.8.0 here",
        "processor": "gpu NVIDIA A100-SXM4-40GB there, NVIDIA H200 here and gpu_capability 8.0 "
        "there, 9.0 here",
        "settings": "tf32 false there, true here",
    }


def test_every_field_that_bits_depend_on_is_compared() -> None:
    compared = {name for names in KINDS.values() for name in names}
    assert {field.key for field in (*GPU_FIELDS, *PROCESSOR_FIELDS)} <= compared


def test_a_night_on_another_gpu_names_settings_first_and_the_machine_last() -> None:
    assert causes(CLAIMED | {"host": "a"}, HERE | {"host": "b"}) == [
        "CUDA 12.5.1 → 12.8.0",
        "TF32 false → true",
        "machine a → b",
        "GPU NVIDIA A100-SXM4-40GB → NVIDIA H200",
        "the GPU's compute capability 8.0 → 9.0",
    ]


def test_a_night_that_moved_from_processor_to_gpu_says_so() -> None:
    said = causes({"device": "cpu"}, {"device": "gpu", "gpu": "NVIDIA H200"})
    assert said == ["device cpu → gpu", "GPU (none) → NVIDIA H200"]
