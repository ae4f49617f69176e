"""The demo: every TLS stream that is installed, on every backend, and its result."""

from __future__ import annotations

import platform
import random
import shlex
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import anyio
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from anyio_tls.testing import CertificateAuthority

from ._streams import STREAMS, Contexts, Stream
from ._transfer import FileError, Outcome, Traffic, open_traffic, transfer_under_cancellations

__all__ = ["run_demo"]

# Columns, if there is no terminal.
WIDTH = 84

EXPLANATION = """\
cancels: calls of send and receive that were interrupted while under way. After a cancelled send, anyio_tls tells how \
much was taken (bytes_sent), and the rest is sent next; the others cannot tell, so the whole item is sent again."""

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@dataclass(frozen=True)
class _Stage:
    stream: Stream
    backend: str
    version: ssl.TLSVersion

    def __str__(self) -> str:
        return f"{self.stream.name} on {self.backend}, TLS {_number(self.version)}"

    def run(
        self, authority: CertificateAuthority, traffic: Traffic, seed: int, report: Callable[[Outcome], None]
    ) -> Outcome:
        contexts = Contexts(authority.server_context(), authority.client_context())
        for context in (contexts.server, contexts.client):
            context.minimum_version = context.maximum_version = self.version
        return anyio.run(
            transfer_under_cancellations,
            self.stream.open,
            contexts,
            traffic,
            f"{seed} {self.backend} {self.version.name}",  # every stream meets the same pattern
            report,
            backend="trio" if self.backend == "trio" else "asyncio",
            backend_options={"use_uvloop": True} if self.backend == "uvloop" else {},
        )


def _number(version: ssl.TLSVersion) -> str:
    return version.name.removeprefix("TLSv").replace("_", ".")


def _run_all(stages: list[_Stage], traffic: Traffic, seed: int, console: Console) -> dict[_Stage, Outcome]:
    """Run one after the other: a progress bar on a terminal, and a line for each when it has ended."""
    authority = CertificateAuthority()
    outcomes = {}
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[cancelled]} calls cancelled"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        for number, stage in enumerate(stages, 1):
            title = f"[{number:>{len(str(len(stages)))}}/{len(stages)}] {stage}"
            bar = progress.add_task(title, total=traffic.size, cancelled=0)

            def report(outcome: Outcome, bar: TaskID = bar) -> None:
                progress.update(bar, completed=outcome.received, cancelled=outcome.cancelled)

            outcomes[stage] = outcome = stage.run(authority, traffic, seed, report)
            progress.remove_task(bar)
            console.print(f"{title}: {outcome.verdict}, {outcome.seconds:.1f} s", soft_wrap=True)
    return outcomes


def _print_table(outcomes: dict[_Stage, Outcome], console: Console) -> None:
    """A table of all streams, and below it the explanation of each failure."""
    for stream in dict.fromkeys(stage.stream for stage in outcomes):
        table = Table(title=stream.title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        table.add_column("backend", min_width=7)
        table.add_column("TLS")
        table.add_column("cipher", min_width=27)
        table.add_column("bytes", justify="right", min_width=11)
        table.add_column("cancels", justify="right")
        table.add_column("MB/s", justify="right")
        table.add_column("verdict", min_width=7)
        details = Table.grid(padding=(0, 1))
        for stage, outcome in outcomes.items():
            if stage.stream is stream:
                is_whole = outcome.verdict == "whole"
                table.add_row(
                    stage.backend,
                    _number(stage.version),
                    outcome.cipher,
                    f"{outcome.received:,}",
                    f"{outcome.cancelled:,}",
                    f"{outcome.received / outcome.seconds / 1e6:.0f}" if is_whole else "-",
                    Text(outcome.verdict, style="green" if is_whole else "red"),
                )
                place = f"{stage.backend}, TLS {_number(stage.version)}"
                for observation in outcome.observations:
                    details.add_row(place, "-", observation)
                    place = ""
        console.print(table)
        if details.rows:
            console.print(details)
        console.print()


def _summary(outcomes: dict[_Stage, Outcome]) -> str:
    ours = [outcome for stage, outcome in outcomes.items() if stage.stream.ours]
    lost = [str(stage) for stage, outcome in outcomes.items() if stage.stream.ours and outcome.verdict != "whole"]
    if lost:
        return f"anyio_tls FAILED: {'; '.join(lost)}."
    return (
        f"anyio_tls: all {sum(outcome.received for outcome in ours):,} bytes came back whole, through"
        f" {sum(outcome.cancelled_sends for outcome in ours):,} cancelled sends and"
        f" {sum(outcome.cancelled_receives for outcome in ours):,} cancelled receives."
    )


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        raise  # noqa: PLE0704 - called while BrokenPipeError is handled, for which rich would exit with status 1


def _console(*, stderr: bool = False) -> Console:
    console = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH
    return console


def run_demo(path: Path, seed: int | None = None) -> int:
    """Run the demo: progress goes to stderr, the result to stdout.

    :param path: the file to send
    :param seed: where to cancel; default: somewhere else each time
    :return: the exit status: 0 if all of ours came back whole, 1 if not, 2 if the file cannot be used
    """
    if seed is None:
        seed = random.SystemRandom().randrange(10**6)
    console, errors = _console(), _console(stderr=True)
    try:
        traffic = open_traffic(path)
    except FileError as error:
        errors.print(f"cannot send {path}: {error}", soft_wrap=True)
        return 2

    installed = {
        backend: backend == "asyncio" or find_spec(backend) is not None for backend in ("asyncio", "uvloop", "trio")
    }
    stages = [
        _Stage(stream, backend, version)
        for stream in STREAMS
        for backend in installed
        if installed[backend] and (backend == "trio" or not stream.trio_only)
        for version in VERSIONS
    ]
    with traffic.content:
        outcomes = _run_all(stages, traffic, seed, errors)
        lost = any(stage.stream.ours and outcome.verdict != "whole" for stage, outcome in outcomes.items())
        if lost and traffic.has_changed():
            errors.print(f"{path} changed while it was being sent: this run tells nothing", soft_wrap=True)
            return 2

    console.print(f"{traffic.description}\nPython {platform.python_version()}, {ssl.OPENSSL_VERSION}", soft_wrap=True)
    missing = [backend for backend in installed if not installed[backend]]
    if missing:
        console.print(f"left out, not installed: {', '.join(missing)}")
    console.print()
    _print_table(outcomes, console)
    console.print(f"{EXPLANATION}\n\n{_summary(outcomes)}\nTo cancel at the same points once more:")
    console.print(f"  python -m anyio_tls demo --seed {seed} -- {shlex.quote(str(path))}", soft_wrap=True)
    return 1 if lost else 0
