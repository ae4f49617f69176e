"""Fuzzing with many inputs: ``python -m tests.fuzz --inputs 100000``, as ``nox -s fuzz`` runs it.

It prints which inputs there were and how they ended, the slowest call and the largest memory; and, for each input that
violates an invariant, how to repeat it alone.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio

from ._fuzz import Finding, Outcome, World, engine_input, stream_input
from .conftest import BACKENDS

HANG_SECONDS: Final = 60.0
"""CPU time after which an input hangs."""

MOST_FINDINGS: Final = 5
"""After so many the rest of a shard is left out."""

MOST_GROWTH: Final = 2**14
"""KiB that a process may grow by when it has made the first tenth of its inputs."""


@dataclass
class Tally:
    """What a number of inputs came to."""

    victims: Counter[str] = field(default_factory=Counter)
    attacks: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    largest: int = 0
    resident: int = 0
    growth: int = 0
    findings: list[str] = field(default_factory=list)

    def add(self, number: int, outcome: Outcome) -> None:
        self.victims[outcome.victim] += 1
        self.attacks[outcome.attack] += 1
        self.ends[outcome.end] += 1
        seconds, call = outcome.slowest
        self.slowest = max(self.slowest, (seconds, f"{call}() of input {number}"))
        self.largest = max(self.largest, outcome.largest)

    def merge(self, other: Tally) -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            together = mine + value if isinstance(value, (Counter, list)) else max(mine, value)
            setattr(self, name, together)

    def report(self, title: str, seconds: float) -> None:
        print(f"\n{sum(self.attacks.values())} inputs for {title} in {seconds:.0f} s")
        for heading, counter in ("victim", self.victims), ("attack", self.attacks), ("end", self.ends):
            print(f"  by {heading}:")
            for name, count in sorted(counter.items()):
                print(f"    {count:7}  {name}")
        print(f"  slowest call: {1000 * self.slowest[0]:.1f} ms of CPU time, {self.slowest[1]}")
        if self.largest:
            print(f"  held by an engine at most: {self.largest} bytes")
        print(f"  largest process: {self.resident} KiB; growth after a tenth of its inputs: {self.growth} KiB")
        for finding in self.findings:
            print(f"\nFINDING: {finding}")


def make_inputs(seed: str, numbers: Sequence[int], backend: str | None) -> Tally:
    """Make some inputs: for streams on a backend, or for engines."""
    tally = Tally()
    settled = numbers[len(numbers) // 10]

    def hangs(*_: Any) -> None:
        raise Finding("hangs")

    async def make_all() -> None:
        for number in numbers:
            signal.setitimer(signal.ITIMER_VIRTUAL, HANG_SECONDS)
            try:
                if backend is None:
                    outcome = engine_input(world, seed, number)
                else:
                    outcome = await stream_input(world, seed, number, backend)
                tally.add(number, outcome)
            except Finding as finding:
                tally.findings.append(str(finding))
                if len(tally.findings) == MOST_FINDINGS:
                    break
            if number == settled:
                tally.growth = -peak_memory()
        tally.resident = peak_memory()
        tally.growth += tally.resident

    signal.signal(signal.SIGVTALRM, hangs)
    name, options = BACKENDS[backend or "asyncio"]
    with tempfile.TemporaryDirectory() as directory:
        world = World(Path(directory))
        # The garbage that is collected during a call should be that of the call.
        gc.collect()
        gc.freeze()
        anyio.run(make_all, backend=name, backend_options=options)
    return tally


def peak_memory() -> int:
    """KiB that this process had in memory at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def make_in_parallel(title: str, seed: str, numbers: range, backend: str | None) -> list[str]:
    """Share inputs out among the processors, report on them, and return the findings."""
    started = time.monotonic()
    processes = os.cpu_count() or 1
    shards = [shard for first in range(processes) if (shard := numbers[first::processes])]
    total = Tally()
    # Each shard gets a fresh process, whose memory tells about these inputs only.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn) as pool:
        for future in [pool.submit(make_inputs, seed, shard, backend) for shard in shards]:
            total.merge(future.result())
    if total.growth > MOST_GROWTH:
        total.findings.append(f"{title}: a process grew by {total.growth} KiB after a tenth of its inputs")
    total.report(title, time.monotonic() - started)
    return total.findings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", default="0", help="what all inputs are derived from, with their numbers (default: 0)")
    parser.add_argument("--inputs", type=int, default=100_000, help="how many for engines (default: 100,000)")
    parser.add_argument("--stream-inputs", type=int, default=2000, help="how many for streams, per backend")
    parser.add_argument("--only", type=int, help="the number of the one input to make")
    parser.add_argument("--backend", choices=BACKENDS, help="make it for a stream on this backend, not for an engine")
    arguments = parser.parse_args()
    if arguments.only is not None:
        total = make_inputs(arguments.seed, [arguments.only], arguments.backend)
        total.report(arguments.backend or "engines", 0)
        findings = total.findings
    else:
        findings = make_in_parallel("engines", arguments.seed, range(arguments.inputs), None)
        for backend in BACKENDS:
            findings += make_in_parallel(
                f"streams on {backend}", arguments.seed, range(arguments.stream_inputs), backend
            )
    raise SystemExit(bool(findings))


if __name__ == "__main__":
    main()
