"""Counting what noise cannot touch.

Each count is what a longer run has more of than a shorter one, per round trip. The peer waits before it answers, so
that whoever reads before the answer is there has to wait for it, however slow he is while he is observed.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .contenders import Contender
from .peer import Peer
from .runs import FailedError, Record, Spec, environment, play_apart

__all__ = ["COUNTED", "count", "parse_callgrind", "parse_strace"]

# The cells in which it is counted.
COUNTED = ("rtt-64", "rtt-64k")

# How many round trips the two runs make.
SHORT, LONG = 40, 120

# How long the peer waits (microseconds). It has to be longer than it takes under valgrind to send and to read.
DELAY = 10_000

ALLOCATORS = re.compile(r"(malloc|calloc|realloc|aligned_alloc|posix_memalign)('\d+)?")


def count(contenders: Sequence[Contender], peer: Peer, *, progress: Callable[[str], None]) -> Record:
    """Count everything that there are tools for."""
    result = Record(environment())
    methods: dict[str, Callable[[Spec], Counter[str]]] = {"awaits": awaits, "calls": calls}
    for tool, more in {
        "strace": {"system calls": system_calls},
        "valgrind": {"instructions": instructions, "allocations": allocations},
    }.items():
        if shutil.which(tool):
            methods |= more
        else:
            progress(f"{tool} is not installed: {' and '.join(more)} are not counted")
    for contender in contenders:
        for cell in COUNTED:
            spec = Spec(contender.name, [cell], (*peer[:2], str(peer.directory)), delay=DELAY)
            progress(f"{contender.name}: {cell}")
            for name, method in methods.items():
                try:
                    per_trip = more_of_it(method, spec)
                except FailedError as exc:
                    result.failures.append(str(exc))
                else:
                    result.add_count(cell, contender.name, name, per_trip)
    return result


def more_of_it(method: Callable[[Spec], Counter[str]], spec: Spec) -> dict[str, float]:
    """What a round trip costs more."""
    short, long = (method(replace(spec, exactly=trips)) for trips in (SHORT, LONG))
    return {name: (long[name] - short[name]) / (LONG - SHORT) for name in long if long[name] != short[name]}


def awaits(spec: Spec) -> Counter[str]:
    (figures,) = play_apart(replace(spec, counting="awaits")).values()
    assert figures is not None
    return Counter({"awaits": int(figures["awaits"])})


def calls(spec: Spec) -> Counter[str]:
    (figures,) = play_apart(replace(spec, counting="calls")).values()
    assert figures is not None
    return Counter({name: int(number) for name, number in figures.items()})


def system_calls(spec: Spec) -> Counter[str]:
    with tempfile.NamedTemporaryFile() as file:
        play_apart(spec, ["strace", "-f", "-c", "-o", file.name])
        return parse_strace(file.read().decode())


def parse_strace(text: str) -> Counter[str]:
    """How often each system call was made."""
    rows = (line.split() for line in text.splitlines())
    return Counter({row[-1]: int(row[3]) for row in rows if len(row) >= 5 and row[3].isdigit() and row[-1] != "total"})


def instructions(spec: Spec) -> Counter[str]:
    return Counter({"instructions": callgrind(spec)["instructions"]})


def allocations(spec: Spec) -> Counter[str]:
    """With Python's own allocator out of the way, so that each is one of the C library's."""
    return Counter({"allocations": callgrind(spec, PYTHONMALLOC="malloc")["allocations"]})


def callgrind(spec: Spec, **variables: str) -> Counter[str]:
    with tempfile.TemporaryDirectory() as name:
        output = Path(name, "callgrind")
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={output}"]
        play_apart(replace(spec, counting="callgrind"), command, PYTHONHASHSEED="0", **variables)
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
