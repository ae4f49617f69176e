"""Observe what the TLS streams of AnyIO, Trio, asyncio, uvloop and anyio_tls do in the same scenarios.

``nox -s behaviour`` plays all scenarios with all contenders and writes what was observed to ``docs/behaviour.json``,
from which the page of the documentation is made. With names of scenarios it plays only those, and prints.

Every run of a scenario is a process of its own, so that one which hangs or crashes is an observation and no accident.
The words follow from the observations: ``_behaviour/scenarios`` does something to a contender and its peer, and
``_behaviour/words.py`` describes the outcome. Without an observation there is no text.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

from anyio_tls.testing import CertificateAuthority

from ._behaviour.contenders import CONTENDERS, Contender
from ._behaviour.scenarios import SCENARIOS, Scenario
from ._behaviour.stage import Stage

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "docs" / "behaviour.json"

# At the same time. The contenders have threads for company, but are not to wait for a processor.
PROCESSES = 2

# What no run takes (seconds) unless something in it neither ends nor can be cancelled.
HARD_LIMIT = 120


class NoObservationError(Exception):
    """A run has told nothing: it is the script that failed, not the contender."""


# ---- one run ----


def play(scenario: Scenario, contender: Contender, directory: Path) -> str:
    """Play a scenario in this process."""
    return " ".join(contender.run(scenario.perform, Stage(contender, directory, scenario.seconds)))


def play_apart(scenario: Scenario, contender: Contender, directory: Path) -> str:
    """Play a scenario in a process of its own."""
    command = [sys.executable, "-m", "tests.observe_behaviour", "--directory", str(directory)]
    command += ["--play", scenario.name, contender.name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        process = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HARD_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"The process still runs after {HARD_LIMIT} s, and is killed."
    try:
        return read_report(process)
    except NoObservationError as exc:
        raise NoObservationError(f"{scenario.name} with {contender.name}: {exc}\n{process.stderr}") from None


def read_report(process: subprocess.CompletedProcess[str]) -> str:
    """What the process of a run has observed.

    :raises NoObservationError: if it has not said
    """
    if process.returncode < 0:
        return f"The process crashes ({signal.Signals(-process.returncode).name})."
    if process.returncode > 0:
        raise NoObservationError(f"exit status {process.returncode}")
    try:
        words = json.loads(process.stdout)
    except ValueError:
        raise NoObservationError(f"not a report: {process.stdout!r}") from None
    if not isinstance(words, str) or not words:
        raise NoObservationError(f"nothing observed: {process.stdout!r}")
    return words


def make_certificates(directory: Path) -> None:
    authority = CertificateAuthority()
    certificate = authority.issue()
    (directory / "ca.pem").write_bytes(authority.pem)
    (directory / "server.pem").write_bytes(certificate.private_key_pem + certificate.certificate_pem)


# ---- all runs ----


def observe(scenarios: Iterable[Scenario], contenders: list[Contender]) -> dict[str, dict[str, list[str]]]:
    """Play scenarios with contenders; tell what was observed in each, and of whom."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(PROCESSES) as pool:
        directory = Path(name)
        make_certificates(directory)
        runs = {
            scenario.name: {it.name: pool.submit(play_apart, scenario, it, directory) for it in contenders}
            for scenario in scenarios
        }
        try:
            return {
                scenario: together({contender: run.result() for contender, run in row.items()})
                for scenario, row in runs.items()
            }
        finally:
            pool.shutdown(cancel_futures=True)


def together(words: dict[str, str]) -> dict[str, list[str]]:
    """Who agrees, by the words."""
    groups: dict[str, list[str]] = {}
    for contender, text in words.items():
        groups.setdefault(text, []).append(contender)
    return groups


def circumstances() -> str:
    """When and with what this was observed."""
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
        seen = observe(chosen, CONTENDERS)
    except NoObservationError as exc:
        print(exc, file=sys.stderr)
        return 1
    told = json.dumps({"observed": circumstances(), "scenarios": seen}, indent=1, ensure_ascii=False)
    if arguments.scenarios:
        print(told)
    else:
        OUTPUT.write_text(told + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
