"""What drew random numbers in the runs of a sweep that ``why`` made of a script."""

from collections.abc import Sequence

from seedbed.system.errors import InputError, NotRecordedError
from seedbed.tracking.random_records import DrawnBySource, RandomDraws, SeedPin
from seedbed.tracking.reading.random_streams import read_streams
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.store import Store

FIRST = 12
"""Runs that are read: the first look, and some more that may draw a different number of times."""


def recorded_streams(sweep: SweepRecord) -> RandomDraws:
    """The union over the first runs of a sweep.

    Raises:
        InputError: The sweep was not made by ``seedbed why``.
    """
    store = Store()
    sources: dict[str, DrawnBySource] = {}
    pins: Sequence[SeedPin] = []
    unseen: Sequence[str] = []
    seeds: set[str | None] = set()
    varying: dict[str, Sequence[int]] = {}
    follows: set[str] = set()
    try:
        for run in sweep.runs[:FIRST]:
            if run.state != "finished":
                continue
            streams = read_streams(run.run_id, store)
            pins = pins or streams["pins"]
            unseen = unseen or streams.get("unseen", [])
            seeds.add(streams.get("seed_all"))
            for name, drawn in streams["sources"].items():
                known = sources.setdefault(name, drawn)
                if known["draws"] != drawn["draws"]:
                    varying[name] = [known["draws"], drawn["draws"]]
                if not known["draws"] and known["pins"] != drawn["pins"]:
                    follows.add(name)  # its seed comes from another source, such as the clock
    except NotRecordedError as error:
        raise InputError(
            f"{sweep.name} was not made by seedbed why, so it does not say what its script "
            "draws: ask seedbed why SCRIPT."
        ) from error
    kept = {name: one for name, one in sources.items() if name not in follows}
    union: RandomDraws = {
        "sources": kept,
        "pins": pins,
        "unseen": unseen,
        "varying_counts": varying,
    }
    seed = seeds.pop() if len(seeds) == 1 else None
    return union if seed is None else {**union, "seed_all": seed}
