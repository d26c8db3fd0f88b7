"""A cluster of mixed processors is told before it starts."""

from seedbed.sweeps.executors.dask_worker import processor_warning

AMD = {"processor": "AMD EPYC", "processor_vendor": "AuthenticAMD", "instruction_set": "AVX2"}
INTEL = {"processor": "Xeon", "processor_vendor": "GenuineIntel", "instruction_set": "AVX512_CORE"}


def test_workers_of_one_kind_need_no_warning() -> None:
    assert processor_warning({}) is None
    assert processor_warning({"tcp://a": AMD, "tcp://b": {**AMD, "processor": "Ryzen"}}) is None


def test_each_kind_is_named_with_its_workers() -> None:
    workers = {"tcp://b": INTEL, **{f"tcp://a{k}": AMD for k in range(5)}}
    warning = processor_warning(workers)
    assert warning is not None
    assert warning.startswith("the cluster has processors of 2 kinds (AMD EPYC, AuthenticAMD, AVX2")
    assert "on tcp://a0, tcp://a1, tcp://a2 and 2 more; Xeon" in warning
    assert "AVX512_CORE on tcp://b" in warning
