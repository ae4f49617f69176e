"""Running contenders, each in a process of its own, and recording what they say."""

from __future__ import annotations

import json
import os
import platform
import ssl
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

from .cells import CELLS, Cell, Figures, Play
from .contenders import CONTENDERS, Contender, NotOfferedError
from .counters import count_awaits, counting_calls, under_callgrind
from .peer import Peer

__all__ = ["FailedError", "Record", "Spec", "environment", "play", "play_apart", "record", "running_peer"]

COMMAND = Path(__file__).parent.parent / "speed.py"

# What no process of a contender's takes (seconds) unless something hangs.
TIME_LIMIT = 40

# Whether glibc returns what was freed to the system, and gets it back page by page, depends on where the first objects
# of a process happen to lie. Reading 256 KiB at a time takes twice as long then. A program that has run for a while
# keeps it, so all contenders do (bytes; the latter at most 2**25).
KEEPING_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_MMAP_THRESHOLD_": str(2**25)}

PACKAGES = ["anyio_tls", "anyio", "trio", "uvloop", "aiofastnet"]

# Of one figure, in the order of the rounds.
Values: TypeAlias = list[float]


class FailedError(Exception):
    """A process has told nothing, or that something went wrong."""


# ---- one process ----


@dataclass(frozen=True)
class Spec:
    """What a contender's process is told, in a line of JSON.

    :param peer: see :class:`Peer`
    :param amount: see :class:`Play`
    :param delay: see :class:`Play`
    :param exactly: see :class:`Play`
    :param counting: what is counted, in whatever way, see ``counters.py``
    """

    contender: str
    cells: list[str]
    peer: tuple[int, int, str]
    amount: float = 1.0
    delay: int = 0
    exactly: int | None = None
    counting: str = ""

    def command(self) -> list[str]:
        return [sys.executable, str(COMMAND), "play", json.dumps(asdict(self))]


def processors() -> tuple[int | None, int | None]:
    """One for the peer and one for the contender, so that they do not meet; if there are two."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[-1]) if len(available) > 1 else (None, None)


def play(spec: Spec) -> dict[str, Figures | str | None]:
    """Measure in this process. A cell comes to ``None`` if it is not offered, and to words if something goes wrong."""
    port, plain_port, directory = spec.peer
    it = Play(
        CONTENDERS[spec.contender], Peer(port, plain_port, Path(directory)), spec.amount, spec.delay, spec.exactly
    )
    calls: Counter[str] = Counter()
    if spec.counting == "callgrind":
        it.around = under_callgrind
    elif spec.counting == "calls":
        it.around = partial(counting_calls, calls)
    told: dict[str, Figures | str | None] = {}
    for name in spec.cells:
        perform = CELLS[name].perform
        if spec.counting == "awaits":
            perform = partial(count_awaits, perform)
        try:
            told[name] = it.contender.run(perform, it)
            if spec.counting == "calls":
                told[name] = dict(calls)
        except NotOfferedError:
            told[name] = None
        except Exception as exc:
            told[name] = "".join(traceback.format_exception(exc)[-3:])
    return told


def play_apart(spec: Spec, prefix: Sequence[str | Path] = (), **environment: str) -> dict[str, Figures | None]:
    """Measure in a process of its own.

    :param prefix: a command that runs another
    :param environment: variables for it
    :raises FailedError: if it does not say what was asked for
    """
    command = [*prefix, *spec.command()]
    variables = {**os.environ, **environment}
    about = f"{spec.contender}: {', '.join(spec.cells)}"
    try:
        process = subprocess.run(
            command, capture_output=True, text=True, timeout=TIME_LIMIT, env=variables, check=False
        )
    except subprocess.TimeoutExpired:
        raise FailedError(f"{about}: still running after {TIME_LIMIT} s") from None
    try:
        told = json.loads(process.stdout)
    except ValueError:
        raise FailedError(f"{about}: {process.stdout!r}\n{process.stderr}") from None
    for name, figures in told.items():
        if isinstance(figures, str):
            raise FailedError(f"{spec.contender}: {name}: {figures}")
    return dict(told)


@contextmanager
def running_peer(directory: Path) -> Iterator[Peer]:
    """Make certificates, and run the peer in a process of its own."""
    from anyio_tls.testing import CertificateAuthority

    authority = CertificateAuthority()
    certificate = authority.issue()
    (directory / "ca.pem").write_bytes(authority.pem)
    (directory / "server.pem").write_bytes(certificate.private_key_pem + certificate.certificate_pem)
    command = [sys.executable, str(COMMAND), "peer", str(directory)]
    # It ends with its standard input.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Peer(**json.loads(process.stdout.readline()), directory=directory)
        process.communicate()


# ---- a run ----


@dataclass
class Record:
    """What was measured, with what, and where.

    :ivar figures: the values of each round, by cell, contender and figure
    :ivar counts: what was counted, by cell, contender and what it was, and its parts by their names
    :ivar failures: what went wrong, if anything did
    """

    environment: dict[str, Any]
    figures: dict[str, dict[str, dict[str, Values]]] = field(default_factory=dict)
    counts: dict[str, dict[str, dict[str, Figures]]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add_all(self, contender: Contender, told: dict[str, Figures | None]) -> None:
        """Add what a process has told."""
        for cell, figures in told.items():
            for figure, value in (figures or {}).items():
                if contender.keeps_time or figure in CELLS[cell].compared:
                    row = self.figures.setdefault(cell, {}).setdefault(contender.name, {})
                    row.setdefault(figure, []).append(value)

    def add_count(self, cell: str, contender: str, what: str, parts: Figures) -> None:
        self.counts.setdefault(cell, {}).setdefault(contender, {})[what] = parts

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Record:
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def environment() -> dict[str, Any]:
    """Where, when and with what this runs."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "commit": commit(),
        "processor": processor_name(),
        "processors": os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": ssl.OPENSSL_VERSION,
        "packages": dict(installed(PACKAGES)),
    }


def commit() -> str:
    """Of the package that is measured, if git knows."""
    import anyio_tls

    command = ["git", "-C", str(Path(anyio_tls.__file__).parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def installed(packages: Iterable[str]) -> Iterator[tuple[str, str]]:
    for package in packages:
        try:
            yield package, metadata.version(package)
        except metadata.PackageNotFoundError:
            pass


def batches(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Cells that share a process."""
    together: dict[str, list[Cell]] = {}
    for cell in cells:
        together.setdefault(cell.name if cell.apart else f"group {cell.group}", []).append(cell)
    return list(together.values())


def record(
    cells: Iterable[Cell],
    contenders: Sequence[Contender],
    peer: Peer,
    *,
    rounds: int,
    amount: float,
    progress: Callable[[str], None],
) -> Record:
    """Measure in rounds: in each of them it is everybody's turn in every cell."""
    result = Record(environment())
    started = time.monotonic()
    hopeless: set[tuple[str, str]] = set()  # what has failed is not tried in every round
    for number in range(1, rounds + 1):
        for batch in batches(cell for cell in cells if number <= (cell.rounds or rounds)):
            progress(
                f"round {number} of {rounds}, {time.monotonic() - started:.0f} s: {', '.join(c.name for c in batch)}"
            )
            for contender in contenders:
                names = [cell.name for cell in batch if contender.title in cell.entrants]
                memory = {} if batch[0].group == "memory" else KEEPING_MEMORY
                if not names or (contender.name, names[0]) in hopeless:
                    continue
                try:
                    told = play_apart(Spec(contender.name, names, (*peer[:2], str(peer.directory)), amount), **memory)
                except FailedError as exc:
                    hopeless.add((contender.name, names[0]))
                    result.failures.append(str(exc))
                else:
                    result.add_all(contender, told)
    result.environment |= {"rounds": rounds, "amount": amount, "seconds": round(time.monotonic() - started)}
    return result
