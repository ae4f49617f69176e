"""The same scenarios for the TLS streams of AnyIO, Trio, asyncio, uvloop and anyio_tls, and what each of them did.

``python benchmarks/behaviour.py`` plays all scenarios with all contenders and writes what was observed to
``docs/behaviour.inc``, for the page of the documentation. With names of scenarios it plays only those, and prints.

Every run of a scenario is a process of its own, so that one which hangs or crashes is an observation and no accident.
The words follow from the observations: what ``_behaviour/scenarios`` does to a contender and to its peer comes to
something, and ``_behaviour/words.py`` finds words for it. Where there is no observation, there is no table.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

from _behaviour.contenders import CONTENDERS, Contender
from _behaviour.scenarios import SCENARIOS, Scenario
from _behaviour.stage import Stage

OUTPUT = Path(__file__).parent.parent / "docs" / "behaviour.inc"

# At the same time. The contenders have threads for company, but are not to wait for a processor.
PROCESSES = 2

# What no run takes (seconds) unless something in it neither ends nor can be cancelled.
HARD_LIMIT = 60

BACKENDS = {"asyncio": "asyncio", "uvloop": "uvloop", "trio": "Trio"}

Words = tuple[str, ...]


class NoObservationError(Exception):
    """A run has told nothing: it is the script that failed, not the contender."""


# ---- one run ----


def play(scenario: Scenario, contender: Contender, directory: Path) -> list[str]:
    """Play a scenario in this process."""
    words: list[str] = contender.run(scenario.perform, Stage(contender, directory, scenario.seconds))
    return words


def play_apart(scenario: Scenario, contender: Contender, directory: Path) -> Words:
    """Play a scenario in a process of its own."""
    command = [sys.executable, __file__, "--directory", str(directory), "--play", scenario.name, contender.name]
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=HARD_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return (f"The process still runs after {HARD_LIMIT} s, and is killed.",)
    try:
        return read_report(process)
    except NoObservationError as exc:
        raise NoObservationError(f"{scenario.name} with {contender.name}: {exc}\n{process.stderr}") from None


def read_report(process: subprocess.CompletedProcess[str]) -> Words:
    """What the process of a run has observed.

    :raises NoObservationError: if it has not said
    """
    if process.returncode < 0:
        return (f"The process crashes ({signal.Signals(-process.returncode).name}).",)
    if process.returncode > 0:
        raise NoObservationError(f"exit status {process.returncode}")
    try:
        words = json.loads(process.stdout)
    except ValueError:
        raise NoObservationError(f"not a report: {process.stdout!r}") from None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise NoObservationError(f"nothing observed: {process.stdout!r}")
    return tuple(words)


def make_certificates(directory: Path) -> None:
    from anyio_tls.testing import CertificateAuthority  # it takes its time

    authority = CertificateAuthority()
    certificate = authority.issue()
    (directory / "ca.pem").write_bytes(authority.pem)
    (directory / "server.pem").write_bytes(certificate.private_key_pem + certificate.certificate_pem)


# ---- all runs ----


def observe(scenarios: Iterable[Scenario], contenders: list[Contender]) -> dict[Scenario, dict[Contender, Words]]:
    """Play scenarios with contenders."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(PROCESSES) as pool:
        directory = Path(name)
        make_certificates(directory)
        futures = {
            scenario: {contender: pool.submit(play_apart, scenario, contender, directory) for contender in contenders}
            for scenario in scenarios
        }
        try:
            return {
                scenario: {contender: run.result() for contender, run in row.items()}
                for scenario, row in futures.items()
            }
        finally:
            pool.shutdown(cancel_futures=True)


# ---- the table ----


def table(observed: dict[Scenario, dict[Contender, Words]]) -> Iterator[str]:
    """What was observed, as reStructuredText, line by line."""
    chapter = ""
    for scenario, row in observed.items():
        if scenario.chapter != chapter:
            chapter = scenario.chapter
            yield from (chapter, "-" * len(chapter), "")
        yield from (scenario.title, "~" * len(scenario.title), "")
        yield from (*textwrap.wrap(scenario.description, 120), "")
        groups: dict[str, list[Contender]] = {}
        for contender, words in row.items():
            groups.setdefault(paragraph(words), []).append(contender)
        for text, agreed in groups.items():
            yield "All of them" if len(groups) == 1 else names(agreed)
            yield from textwrap.wrap(text, 120, initial_indent="   ", subsequent_indent="   ")
            yield ""


def paragraph(words: Iterable[str]) -> str:
    """What was observed, as text in which nothing is markup."""
    return re.sub(r"([*`|\\]|_(?!\w))", r"\\\1", " ".join(words))


def names(contenders: list[Contender]) -> str:
    """Contenders by their titles, each with the event loops it was on."""
    backends: dict[str, list[str]] = {}
    for contender in contenders:
        backends.setdefault(contender.title, []).append(BACKENDS[contender.backend])
    return "; ".join(f"**{title}** on {', '.join(loops)}" for title, loops in backends.items())


def header() -> str:
    """When and with what this was made."""
    today = datetime.now(timezone.utc).date().isoformat()
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("anyio_tls", "anyio", "trio", "uvloop"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"Observed on {today} with {versions}, {python} and {ssl.OPENSSL_VERSION} on {system}."


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="play only these, and print")
    parser.add_argument("--play", nargs=2, metavar=("SCENARIO", "CONTENDER"), help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))} (there are {', '.join(SCENARIOS)})")
    if arguments.play:
        scenario, contender = arguments.play
        words = play(SCENARIOS[scenario], next(c for c in CONTENDERS if c.name == contender), arguments.directory)
        print(json.dumps(words))
        return 0
    missing = sorted({contender.backend for contender in CONTENDERS if not contender.available})
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 1
    chosen = [SCENARIOS[name] for name in arguments.scenarios or SCENARIOS]
    try:
        lines = list(table(observe(chosen, CONTENDERS)))
    except NoObservationError as exc:
        print(exc, file=sys.stderr)
        return 1
    if arguments.scenarios:
        print("\n".join(lines))
    else:
        made_by = ".. Made by benchmarks/behaviour.py, from what it observed. Do not edit."
        OUTPUT.write_text("\n".join([made_by, "", header(), "", *lines]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
