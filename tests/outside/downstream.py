"""Runs the tests of packages that use AnyIO's and Trio's TLS, before and after replacing it with ours.

Everything comes from PyPI, at the versions in ``packages.py``, into a virtual environment for each package. What is
printed is a table: what passed and failed before and after, how many connections of ours were really made, and which
tests differ.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from packages import PACKAGES, Package

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
SECONDS = 600
"""How long installing a package or running its tests may take."""


class SkippedError(Exception):
    """A package cannot be tried here."""


@dataclass(frozen=True)
class Run:
    outcomes: Mapping[str, str]
    """The outcome of each test, by its id."""
    connections: int

    def __str__(self) -> str:
        counts = Counter(self.outcomes.values())
        return ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "nothing"


def call(command: list[str], folder: Path, log: Path, environment: Mapping[str, str] | None = None) -> int:
    """Run a command that must come to an end, and whatever it starts with it."""
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONHASHSEED": "0", **(environment or {})},
            start_new_session=True,
        )
        try:
            return process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            file.write(f"\nstopped after {SECONDS} s\n")
            return 1
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def install(name: str, package: Package, folder: Path) -> Path:
    """Make a virtual environment; tell its interpreter."""
    for program in package.programs:
        if shutil.which(program) is None:
            raise SkippedError(f"needs {program}")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    itself = [f"{name}[{package.extras}]=={package.version}", *["--no-deps"] * (not package.resolved)]
    for wanted in (["pytest", f"{PROJECT}[trio]", *package.requirements], itself):
        if call([*pip, "install", "--quiet", *wanted], folder, folder / "install.log"):
            raise SkippedError(f"cannot be installed: see {folder / 'install.log'}")
    if package.own is None:
        download = ["download", "--quiet", "--no-deps", f"--no-binary={name}", f"{name}=={package.version}"]
        if call([*pip, *download], folder, folder / "download.log"):
            raise SkippedError(f"its sdist cannot be had: see {folder / 'download.log'}")
        (archive,) = folder.glob("*.tar.gz")
        shutil.unpack_archive(archive, folder / "sdist")
    return python


def run(python: Path, package: Package, folder: Path, *, swapped: bool) -> Run:
    """Run the tests of a package."""
    name = "after" if swapped else "before"
    report, log = folder / f"{name}.xml", folder / f"{name}.log"
    if package.own is None:
        (place,) = (folder / "sdist").iterdir()
        tests, setting = [*package.tests], package.setting
    else:
        place = folder
        tests, setting = [str(HERE / package.own), f"--confcutdir={HERE}"], "anyio_mode = auto"
    if setting is not None:  # without a file of its own, pytest would find ours
        (place / "pytest.ini").write_text(f"[pytest]\n{setting}\n")
        tests += ["-c", "pytest.ini"]
    command = [str(python), "-m", "pytest", *tests, *package.options]
    command += [f"--deselect={test}" for test in package.deselected]
    command += ["-p", "no:cacheprovider", f"--junit-xml={report}"]
    if swapped:
        # pytest warns that AnyIO was imported before it could rewrite its asserts.
        command += ["-p", "swap", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    call(command, place, log, {"PYTHONPATH": str(HERE)})
    counted = re.search(r"^TLS connections of ours: (\d+)$", log.read_text(errors="replace"), re.MULTILINE)
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        kinds = {child.tag for child in case}
        words = {"error": "errors", "failure": "failed", "skipped": "skipped"}
        outcome = next((word for kind, word in words.items() if kind in kinds), "passed")
        outcomes[f"{case.get('classname')}::{case.get('name')}"] = outcome
    return Run(outcomes, int(counted[1]) if counted else 0)


def compare(name: str, before: Run, after: Run) -> bool:
    """Print the row of a package; tell whether all is well."""
    every = sorted({*before.outcomes, *after.outcomes})
    differ = [test for test in every if before.outcomes.get(test) != after.outcomes.get(test)]
    print(f"{name:22} {before!s:38} {after!s:38} {after.connections:5} {len(differ):5}")
    for test in differ:
        print(f"    {test}: {before.outcomes.get(test, 'missing')} -> {after.outcomes.get(test, 'missing')}")
    if not before.outcomes:
        print("    nothing was run")
    elif not after.connections:
        print("    no connection of ours was made: this proves nothing")
    return bool(before.outcomes and after.connections and not differ)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"{', '.join(PACKAGES)}; by default all of them")
    parser.add_argument("--folder", type=Path, required=True, help="where to put everything; what is there goes")
    arguments = parser.parse_args()
    if unknown := {*arguments.packages} - {*PACKAGES}:
        parser.error(f"no such package: {', '.join(sorted(unknown))}")
    print(f"{'':22} {'before':38} {'after':38} {'ours':>5} {'differ':>5}", flush=True)
    well = True
    for name in arguments.packages or PACKAGES:
        folder = arguments.folder.absolute() / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            python = install(name, PACKAGES[name], folder)
        except SkippedError as exc:
            print(f"{name:22} skipped: {exc}", flush=True)
            continue
        before = run(python, PACKAGES[name], folder, swapped=False)
        after = run(python, PACKAGES[name], folder, swapped=True)
        well &= compare(name, before, after)
        sys.stdout.flush()
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
