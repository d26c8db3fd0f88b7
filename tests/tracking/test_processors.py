"""Two records are of the same kind of processor unless both say otherwise."""

import pytest

from seedbed.tracking.processors import processor_change, processor_in_words

AMD = {
    "processor": "AMD EPYC",
    "processor_vendor": "AuthenticAMD",
    "processor_family": "25.1",
    "instruction_set": "AVX2",
    "onednn_version": "3.7.3",
}


@pytest.mark.parametrize(
    "other",
    [{}, {"processor": "AMD EPYC"}, {**AMD, "processor": "AMD Ryzen"}, {**AMD, "threads": "2"}],
)
def test_what_a_record_does_not_say_is_no_difference(other: dict[str, str]) -> None:
    assert processor_change(AMD, other) is None
    assert processor_change(other, AMD) is None


@pytest.mark.parametrize("field", ["processor_vendor", "processor_family", "instruction_set"])
def test_each_field_of_the_kind_tells_processors_apart(field: str) -> None:
    change = processor_change(AMD, {**AMD, field: "another"})
    assert change is not None
    assert change.startswith("AMD EPYC, AuthenticAMD family 25.1, AVX2, oneDNN 3.7.3 → AMD EPYC")
    assert "another" in change


def test_by_name_where_an_older_record_has_nothing_else() -> None:
    assert processor_change({"processor": "one"}, {"processor": "two"}) == "one → two"
    assert processor_in_words({}) == "unknown"


def test_another_gpu_or_another_precision_is_another_processor() -> None:
    before = {"processor": "P", "device": "gpu", "gpu": "A100", "gpu_capability": "8.0"}
    on = {**before, "tf32": "true"}
    assert processor_change(on, on) is None
    assert processor_change(on, {**on, "tf32": "false"}) == (
        "P, GPU A100, compute capability 8.0, TF32 on → "
        "P, GPU A100, compute capability 8.0, TF32 off"
    )
    assert processor_change(on, {"processor": "P", "device": "cpu"}) is not None
    assert processor_change({"processor": "P"}, {"processor": "P", "device": "cpu"}) is None
