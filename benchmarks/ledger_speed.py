"""A ledger of 10,000 cells: seconds to fill, to open again, and milliseconds to claim.

python -m benchmarks.ledger_speed [--ledger postgresql://…]
"""

import os
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import click

from seedbed.runs.settings.processor import processor
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger

CLAIMS = 200


@click.command()
@click.option("--ledger", "url", help="A PostgreSQL database; default: a journal file.")
def main(url: str | None) -> None:
    """Fill, open again and claim."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SEEDBED_STORE"] = scratch
        path = Path(scratch) / f"speed-{time.time_ns()}.yaml"
        path.write_text(
            "question: How fast is the ledger?\nexperiment: mnist_cnn\n"
            "configurations: {batch_size: [16, 32, 64, 128, 256]}\n"
            "options: {dataset: digits}\nseeds: 2000\n"
        )
        design = load(path)
        times = []
        for _ in range(2):
            began = time.perf_counter()
            ledger = Ledger.open(design, url)
            times.append(time.perf_counter() - began)
            if len(times) == 1:
                ledger.close()
        with closing(ledger):
            claims = []
            for _ in range(CLAIMS):
                began = time.perf_counter()
                claim = ledger.claim()
                claims.append(1000 * (time.perf_counter() - began))
                if claim is None:
                    raise click.ClickException("the database has this sweep: give an empty one")
    kind = "PostgreSQL" if url else "journal file"
    print(f"{kind}, {len(design.cells)} cells, {os.cpu_count()} cores, {processor().name}")
    print(f"fill        {times[0]:6.2f} s")
    print(f"open again  {times[1]:6.2f} s")
    print(f"claim       {statistics.median(claims):6.2f} ms (median of {CLAIMS})")
    print(f"            {sorted(claims)[int(0.95 * CLAIMS)]:6.2f} ms (95th percentile)")


if __name__ == "__main__":
    main()
