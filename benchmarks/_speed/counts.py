"""Counting what noise cannot touch.

System calls are counted in every cell, of which there are some for each item, message or connection. The rest is
counted in some cells: what a longer run has more of than a shorter one, per round trip. The peer waits before it
answers, so that whoever reads before the answer is there has to wait for it, however slow he is while he is observed.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from .cells import Cell, Figures
from .contenders import Contender
from .counters import MARK
from .peer import Peer
from .runs import FailedError, Record, Spec, environment, playing

__all__ = ["COUNTED", "KINDS", "count", "parse_callgrind", "parse_strace"]

# What can be counted, and the tool that it takes.
KINDS = {"system calls": "strace", "awaits": "", "calls": "", "instructions": "valgrind", "allocations": "valgrind"}

# The cells in which everything is counted.
COUNTED = ("rtt-64", "rtt-64k")

# How many round trips the two runs make.
SHORT, LONG = 40, 120

# How long the peer waits (microseconds): longer than it takes under strace, or under valgrind, to send and to read.
DELAY = 10_000

# What is not worth mentioning: it belongs to the beginning or the end, not to the messages.
NEGLIGIBLE = 0.01

CALL = re.compile(r"(?:\d+ +)?(\w+)\(")
ALLOCATORS = re.compile(r"(malloc|calloc|realloc|aligned_alloc|posix_memalign)('\d+)?")


def count(
    cells: Sequence[Cell],
    contenders: Sequence[Contender],
    peer: Peer,
    kinds: Collection[str],
    *,
    progress: Callable[[str], None],
) -> Record:
    """Count everything that there are tools for."""
    result = Record(environment())
    missing = {tool for kind in kinds if (tool := KINDS[kind]) and not shutil.which(tool)}
    for tool in sorted(missing):
        progress(f"{tool} is not installed")
    for contender in contenders:
        progress(contender.name)
        entered = [cell for cell in cells if contender.title in cell.entrants]
        try:
            if "system calls" in kinds and "strace" not in missing:
                for name, calls in system_calls(contender, peer, [cell for cell in entered if cell.counted]):
                    result.add_count(name, contender.name, "system calls", calls)
            for kind in kinds:
                if kind != "system calls" and KINDS[kind] not in missing and contender.keeps_time:
                    for name in {cell.name for cell in entered}.intersection(COUNTED):
                        result.add_count(name, contender.name, kind, more_of_it(kind, contender, peer, name))
        except FailedError as exc:
            result.failures.append(str(exc))
    return result


def system_calls(contender: Contender, peer: Peer, cells: Sequence[Cell]) -> Iterator[tuple[str, Figures]]:
    """By cell and name, for one of what the cell is about."""
    with tempfile.NamedTemporaryFile() as file:
        command = ["strace", "-f", "-e", "signal=none", "-s", "80", "-o", file.name]
        with playing(contender, peer, prefix=command) as player:
            offered = [cell for cell in cells if player.ask(Spec(cell.name, 1, DELAY, cell.counted, "strace"))]
        counted = parse_strace(file.read().decode(errors="replace"))
    for cell in offered:
        each = {name: calls / cell.counted / cell.many for name, calls in counted[cell.name].items()}
        yield cell.name, {name: calls for name, calls in each.items() if calls > NEGLIGIBLE}


def parse_strace(text: str) -> dict[str, Counter[str]]:
    """How often each system call was made, by the cell whose marks it was made between."""
    result: dict[str, Counter[str]] = {}
    calls: Counter[str] = Counter()  # in no cell
    for line in text.splitlines():
        if f'"{MARK}' in line:
            _, _, cell = line.partition(f'"{MARK}/')
            calls = result.setdefault(cell.partition('"')[0], Counter()) if cell else Counter()
        elif found := CALL.match(line):
            calls[found[1]] += 1
    return result


def more_of_it(kind: str, contender: Contender, peer: Peer, cell: str) -> Figures:
    """What a round trip costs more."""

    def counted(trips: int) -> Figures:
        if KINDS[kind] == "valgrind":
            return {kind: callgrind(contender, peer, cell, trips, kind)[kind]}
        with playing(contender, peer) as player:
            return player.ask(Spec(cell, 1, DELAY, trips, kind)) or {}

    short, long = counted(SHORT), counted(LONG)
    return {name: (long[name] - short.get(name, 0)) / (LONG - SHORT) for name in long if long[name] != short.get(name)}


def callgrind(contender: Contender, peer: Peer, cell: str, trips: int, kind: str) -> Counter[str]:
    # Python's own allocator is out of the way where allocations are counted, so that each is one of the C library's.
    variables = {"PYTHONHASHSEED": "0", **({"PYTHONMALLOC": "malloc"} if kind == "allocations" else {})}
    with tempfile.TemporaryDirectory() as name:
        output = Path(name, "callgrind")
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={output}"]
        with playing(contender, peer, prefix=command, variables=variables) as player:
            player.ask(Spec(cell, 1, DELAY, trips, "callgrind"))
        return parse_callgrind(output.read_text(encoding="utf-8"))


def parse_callgrind(text: str) -> Counter[str]:
    """How many instructions were executed in all, and how often one of the C library's allocators was called."""
    result = Counter({"instructions": 0, "allocations": 0})
    names: dict[str, str] = {}  # they are told once, and numbered
    called = ""
    for line in text.splitlines():
        if line.startswith(("fn=", "cfn=")):
            number, _, name = line.partition("=")[2].partition(" ")
            name = names.setdefault(number, name)
            called = name if line.startswith("c") else ""
        elif line.startswith("calls=") and ALLOCATORS.fullmatch(called):
            result["allocations"] += int(line[6:].split()[0])
        elif line.startswith(("summary:", "totals:")):
            result["instructions"] = int(line.split()[1])
    return result
