"""Running contenders, each in a process of its own, and recording what they say."""

from __future__ import annotations

import json
import os
import platform
import random
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from functools import partial
from importlib import metadata
from pathlib import Path
from statistics import fmean
from typing import IO, Any

from .cells import CELLS, Cell, Figures, Play
from .contenders import CONTENDERS, Contender, NotOfferedError
from .counters import COUNTERS
from .peer import Peer, raise_file_limit

__all__ = [
    "PROJECT",
    "FailedError",
    "Player",
    "Record",
    "Spec",
    "environment",
    "play",
    "playing",
    "record",
    "running_peer",
]

PROJECT = Path(__file__).parent.parent.parent
COMMAND = PROJECT / "benchmarks" / "speed.py"

# What no cell takes (seconds) unless something hangs.
TIME_LIMIT = 40

# What would otherwise depend on where the first objects of a process happen to lie (bytes):
# Whether glibc returns what was freed to the system, and gets it back page by page: reading 256 KiB at a time takes
# twice as long then. A program that has run for a while keeps it, so all contenders do. (The second at most 2**25.)
# And whether it copies at full speed. Where it copies by "rep movsb", as on processors with "fsrm", AMD's take fifteen
# times as long if the target's address in its page is the source's and up to 31 more.
SETTLED = {
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "GLIBC_TUNABLES": f"glibc.cpu.x86_rep_movsb_threshold={2**30}",
}

PACKAGES = ["anyio_tls", "anyio", "trio", "uvloop", "aiofastnet"]


class FailedError(Exception):
    """A process has told nothing, or that something went wrong."""


# ---- one process ----


@dataclass(frozen=True)
class Spec:
    """What a contender's process is told, in a line of JSON.

    :param amount: see :class:`Play`
    :param delay: see :class:`Play`
    :param exactly: see :class:`Play`
    :param counting: what is counted, by its name in ``counters.py``
    """

    cell: str
    amount: float = 1.0
    delay: int = 0
    exactly: int | None = None
    counting: str = ""


def pin(place: int) -> None:
    """Stay on the first processor (0) or on the last one (-1), so that peer and contender do not meet."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [sorted(os.sched_getaffinity(0))[place]])


def play(contender: Contender, peer: Peer, spec: Spec) -> Figures | None:
    """Measure in this process. ``None`` if it is not offered."""
    it = Play(contender, peer, spec.amount, spec.delay, spec.exactly)
    perform = CELLS[spec.cell].perform
    try:
        if not spec.counting:
            return contender.run(perform, it)  # type: ignore[no-any-return]
        return COUNTERS[spec.counting](partial(contender.run, perform), it, spec.cell)
    except NotOfferedError:
        return None


def play_what_is_told(name: str, peer: Peer) -> None:
    """Be a contender's process: say which library this is, and then what each line of standard input comes to."""
    import anyio_tls

    raise_file_limit()
    print(anyio_tls.__file__, flush=True)
    for line in sys.stdin:
        try:
            told: Figures | str | None = play(CONTENDERS[name], peer, Spec(**json.loads(line)))
        except Exception as exc:
            told = "".join(traceback.format_exception(exc)[-3:])
        print(json.dumps(told), flush=True)
    os._exit(0)  # whatever is open


@dataclass(frozen=True)
class Player:
    """A contender in a process of its own."""

    contender: Contender
    process: subprocess.Popen[str]
    errors: IO[str]

    def ask(self, spec: Spec) -> Figures | None:
        """Have it measure.

        :raises FailedError: if it does not say what was asked for
        """
        told = json.loads(self._told(spec.cell, json.dumps(asdict(spec))))
        if isinstance(told, str):
            raise FailedError(f"{self.contender.name}: {spec.cell}: {told}")
        figures: Figures | None = told
        if figures and not self.contender.keeps_time and not spec.counting:
            figures = {name: figures[name] for name in CELLS[spec.cell].compared}
        return figures

    def _told(self, about: str, line: str = "") -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        guard = threading.Timer(TIME_LIMIT, self.process.kill)
        guard.start()
        try:
            if line:
                print(line, file=self.process.stdin, flush=True)
            told = self.process.stdout.readline()
        except BrokenPipeError:
            told = ""
        finally:
            guard.cancel()
        if not told:
            self.errors.seek(0)
            raise FailedError(f"{self.contender.name}: {about}: says nothing\n{self.errors.read()}")
        return told.strip()


@contextmanager
def playing(
    contender: Contender,
    peer: Peer,
    *,
    build: Path = PROJECT,
    pinned: bool = True,
    prefix: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> Iterator[Player]:
    """Have a contender in a process of its own, which ends with its standard input.

    :param build: the checkout whose library it uses
    :param prefix: a command that runs another
    :param variables: of its environment
    :raises FailedError: if it does not begin
    """
    where = json.dumps([*peer[:-1], str(peer.directory)])
    command = [*prefix, sys.executable, str(COMMAND), "play", contender.name, where]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command if pinned else [*command, "--unpinned"],
            env={**os.environ, "PYTHONPATH": str(build), **(variables or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        player = Player(contender, process, errors)
        library = player._told("beginning")
        assert Path(library).is_relative_to(build), f"{library} instead of {build}"
        yield player


@contextmanager
def running_peer(directory: Path, *, pinned: bool = True) -> Iterator[Peer]:
    """Make certificates, and run the peer in a process of its own."""
    from anyio_tls.testing import CertificateAuthority

    authority = CertificateAuthority()
    certificate = authority.issue()
    (directory / "ca.pem").write_bytes(authority.pem)
    (directory / "server.pem").write_bytes(certificate.private_key_pem + certificate.certificate_pem)
    command = [sys.executable, str(COMMAND), "peer", str(directory)]
    if not pinned:
        command.append("--unpinned")
    # It ends with its standard input.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Peer._make([*json.loads(process.stdout.readline()), directory])
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
    figures: dict[str, dict[str, dict[str, list[float]]]] = field(default_factory=dict)
    counts: dict[str, dict[str, dict[str, Figures]]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, cell: str, contender: str, figures: Figures) -> None:
        row = self.figures.setdefault(cell, {}).setdefault(contender, {})
        for figure, value in figures.items():
            row.setdefault(figure, []).append(value)

    def add_count(self, cell: str, contender: str, what: str, parts: Figures) -> None:
        self.counts.setdefault(cell, {}).setdefault(contender, {})[what] = parts

    def save(self, path: Path) -> None:
        """As lines of JSON: the environment, and then one for each cell."""
        cells = [name for name in CELLS if name in self.figures or name in self.counts]
        lines = [{"environment": self.environment, "failures": self.failures}]
        lines += [{"cell": c, "figures": self.figures.get(c, {}), "counts": self.counts.get(c, {})} for c in cells]
        text = "".join(json.dumps(rounded(line), separators=(",", ":")) + "\n" for line in lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Record:
        first, *lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        made = cls(first["environment"], failures=first["failures"])
        for line in lines:
            made.figures |= {line["cell"]: line["figures"]} if line["figures"] else {}
            made.counts |= {line["cell"]: line["counts"]} if line["counts"] else {}
        return made


def rounded(data: Any) -> Any:
    """With no more digits than mean something."""
    if isinstance(data, dict):
        return {name: rounded(value) for name, value in data.items()}
    if isinstance(data, list):
        return [*map(rounded, data)]
    return float(f"{data:.4g}") if isinstance(data, float) else data


def environment(build: Path = PROJECT) -> dict[str, Any]:
    """Where, when and with what this runs."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "commit": commit(build),
        "processor": processor_name(),
        "processors": os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": ssl.OPENSSL_VERSION,
        "packages": dict(installed(PACKAGES)),
    }


def commit(build: Path) -> str:
    """Of the library that is measured, if git knows."""
    command = ["git", "-C", str(build), "describe", "--always", "--dirty"]
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
        with suppress(metadata.PackageNotFoundError):
            yield package, metadata.version(package)


def batches(cells: Iterable[Cell], *, by_group: bool = True) -> list[list[Cell]]:
    """Cells that share a process."""
    together: dict[str, list[Cell]] = {}
    for cell in cells:
        together.setdefault(cell.name if cell.apart else f"group {by_group and cell.group}", []).append(cell)
    return list(together.values())


def record(
    cells: Sequence[Cell],
    contenders: Sequence[Contender],
    peer: Peer,
    *,
    builds: Sequence[Path] = (PROJECT,),
    rounds: int,
    amount: float,
    slices: int = 1,
    seconds: float = 1e9,
    pinned: bool = True,
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Record]:
    """Measure in rounds: in each of them it is everybody's turn in every cell, in an order that is drawn anew.

    Several builds measure in turn, a slice of the amount at a time, in processes that are there at the same time. What
    disturbs one disturbs the other, so a contender's processes need not be short-lived then.

    :param seconds: no round is begun that would presumably not have ended by then
    :param seed: decides about the order
    :return: what was measured of each build
    """
    results = [Record(environment(build)) for build in builds]
    rng = random.Random(seed)
    started = time.monotonic()
    hopeless: set[tuple[str, str]] = set()  # what has failed is not tried in every round
    done = 0
    again = 0.0  # what the next round will presumably take
    while done < rounds and time.monotonic() - started + again <= seconds:
        done += 1
        again = 0.0
        turns = [
            (contender, [cell for cell in batch if contender.title in cell.entrants])
            for batch in batches((it for it in cells if done <= (it.rounds or rounds)), by_group=len(builds) == 1)
            for contender in contenders
        ]
        progress(f"round {done} of {rounds}, {time.monotonic() - started:.0f} s")
        for contender, batch in rng.sample(turns, len(turns)):
            if not batch or (contender.name, batch[0].name) in hopeless:
                continue
            variables = None if batch[0].group == "memory" else SETTLED
            began = time.monotonic()
            try:
                with ExitStack() as stack:
                    players = [
                        stack.enter_context(playing(contender, peer, build=build, pinned=pinned, variables=variables))
                        for build in builds
                    ]
                    for cell in batch:
                        _measure(cell, players, results, amount, 1 if cell.apart else slices, rng)
            except FailedError as exc:
                hopeless.add((contender.name, batch[0].name))
                results[0].failures.append(str(exc))
            if (batch[0].rounds or rounds) > done:
                again += time.monotonic() - began
    run = {"pinned": pinned, "rounds": done, "amount": amount, "seed": seed}
    for result in results:
        result.environment |= {**run, "seconds": round(time.monotonic() - started)}
    return results


def _measure(
    cell: Cell, players: Sequence[Player], results: Sequence[Record], amount: float, slices: int, rng: random.Random
) -> None:
    told: list[list[Figures]] = [[] for _ in players]
    for _ in range(slices):
        for number in rng.sample(range(len(players)), len(players)):
            if figures := players[number].ask(Spec(cell.name, amount / slices)):
                told[number].append(figures)
    for player, result, figures_of_slices in zip(players, results, told, strict=True):
        if figures_of_slices:
            means = {name: fmean(figures[name] for figures in figures_of_slices) for name in figures_of_slices[0]}
            result.add(cell.name, player.contender.name, means)
