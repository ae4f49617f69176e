"""Sum up the reports in a directory, in the format of pytest's last line; fail if anything failed.

For each step, ``NAME.status`` has its exit status, and ``NAME.xml`` the results of its tests, if it ran any (JUnit). A
step that failed without a failed test counts as one error.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def outcome(case: ElementTree.Element) -> str:
    """The outcome of a test."""
    kinds = {child.tag for child in case}
    words = {"failure": "failed", "error": "errors", "skipped": "skipped"}
    return next((word for kind, word in words.items() if kind in kinds), "passed")


def main(reports: Path, seconds: str) -> int:
    """Print the failures and the sum; return the exit status."""
    total: Counter[str] = Counter()
    for status in sorted(reports.glob("*.status")):
        report = status.with_suffix(".xml")
        cases = ElementTree.parse(report).iter("testcase") if report.exists() else ()
        counts: Counter[str] = Counter()
        for case in cases:
            word = outcome(case)
            counts[word] += 1
            if word in ("failed", "errors"):
                print(f"FAILED {status.stem}: {case.get('classname')}::{case.get('name')}")
        if status.read_text() != "0\n" and not counts["failed"] + counts["errors"]:
            counts["errors"] += 1
            print(f"FAILED {status.stem}")
        total += counts
    words = ", ".join(f"{total[word]} {word}" for word in ("failed", "passed", "skipped", "errors") if total[word])
    print(f" {words or 'no tests ran'} in {seconds}s ".center(80, "="))
    return int(not total["passed"] or total["failed"] + total["errors"] > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
