"""The page "Side by side" says what is true: its words are those of today, and follow from observations."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import behaviour_page
import pytest

from . import observe_behaviour as behaviour
from ._behaviour.contenders import CONTENDERS, AnyIOConnection, AsyncioConnection, Connection, Contender, Ours
from ._behaviour.peer import CLEAN_END, SILENCE, Received
from ._behaviour.scenarios import SCENARIOS
from ._behaviour.words import PROMPT, Outcome, arrival, at_end, cpu_class, found, memory_class, part, seen

pytestmark = pytest.mark.once

DOCS = Path(__file__).parent.parent / "docs"

OBSERVED: dict[str, Any] = json.loads((DOCS / "behaviour.json").read_text(encoding="utf-8"))

OURS, *_ = CONTENDERS
(ASYNCIO,) = (contender for contender in CONTENDERS if contender.name == "asyncio streams@asyncio")

# Those of which the words depend on neither the system nor the versions of anything, and which take but a moment.
STABLE = [
    "small-send-cancelled",
    "large-send-cancelled",
    "two-senders",
    "receive-cancelled",
    "receive-cancelled-often",
    "half-close",
    "half-close-tls12",
    "truncated",
    "close-silent",
    "after-close",
    "unwrap-with-data",
    "rejects-client",
]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificates")
    behaviour.make_certificates(directory)
    return directory


# ---- the page ----


@pytest.mark.parametrize("name", STABLE)
def test_page_says_what_is_so(name: str, certificates: Path) -> None:
    words = behaviour.play(SCENARIOS[name], OURS, certificates)
    assert OURS.name in OBSERVED["scenarios"][name].get(words, ()), words


def test_page_is_complete() -> None:
    assert OBSERVED["scenarios"].keys() == SCENARIOS.keys()
    everybody = sorted(contender.name for contender in CONTENDERS)
    for groups in OBSERVED["scenarios"].values():
        assert sorted(name for names in groups.values() for name in names) == everybody


def test_page_explains_the_words() -> None:
    page = (DOCS / "behaviour.rst").read_text(encoding="utf-8")
    assert f"less than {PROMPT} seconds is prompt" in page
    assert "\n.. behaviour::\n" in page


def test_same_words_are_told_once() -> None:
    everybody = [contender.name for contender in CONTENDERS]
    observed = {"observed": "Today.", "scenarios": {"truncated": {"A *word*.": everybody}}}
    assert [*behaviour_page.lines(observed)][-3:] == ["All of them", "   A \\*word\\*.", ""]
    ours, *others = everybody
    observed["scenarios"] = {"truncated": behaviour.together({ours: "One.", others[0]: "One.", ASYNCIO.name: "Two."})}
    assert [*behaviour_page.lines(observed)][-6:] == [
        "**anyio_tls.TLSStream** on asyncio, uvloop",
        "   One.",
        "",
        "**asyncio streams** on asyncio",
        "   Two.",
        "",
    ]


def test_every_observation_has_its_words_at_a_glance() -> None:
    glances = behaviour_page.at_a_glance(OBSERVED)
    assert glances.keys() == behaviour_page.GLANCES.keys() == SCENARIOS.keys()
    assert all(cells[column] for cells in glances.values() for column in behaviour_page.COLUMNS)
    # A pattern that nothing matches any more would be a claim that nobody has observed.
    for scenario, patterns in behaviour_page.GLANCES.items():
        seen_here = OBSERVED["scenarios"][scenario]
        first = {next(pattern for pattern in patterns if re.search(pattern, words)) for words in seen_here}
        shared = sum(patterns is other for other in behaviour_page.GLANCES.values()) > 1
        assert shared or first == patterns.keys()


def test_glance_says_where_a_library_differs() -> None:
    glances = behaviour_page.at_a_glance(OBSERVED)
    assert glances["close-unread"]["asyncio"] == "delivered (uvloop); lost (asyncio)"
    assert glances["handshake-continued"]["anyio_tls"] == "ValueError (TLSStream); goes on (trio.TLSStream)"


def test_readme_says_what_was_observed() -> None:
    """Its table is a part of the table on the page, word by word."""
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (.*) \|$", readme, re.MULTILINE)
    head, *rows = [line.split(" | ") for line in lines]
    assert head == ["Cancelled", *behaviour_page.COLUMNS]
    scenarios = ["small-send-cancelled", "large-send-cancelled", "receive-cancelled", "close-cancelled"]
    assert len(rows) == len(scenarios)
    for scenario, (_, *cells) in zip(scenarios, rows, strict=True):
        assert [cell.strip("*") for cell in cells] == list(behaviour_page.at_a_glance(OBSERVED)[scenario].values())


# ---- the script ----


def test_run_of_its_own(certificates: Path) -> None:
    words = behaviour.play_apart(SCENARIOS["half-close"], ASYNCIO, certificates)
    assert words == "send_eof() raises NotImplementedError."


def test_run_that_fails_is_no_observation(tmp_path: Path) -> None:
    with pytest.raises(behaviour.NoObservationError, match="exit status 1"):
        behaviour.play_apart(SCENARIOS["half-close"], ASYNCIO, tmp_path / "without certificates")


@pytest.mark.parametrize("output", ["", "[]", '""', "{}", '["fine"]', "null", "fine"])
def test_nothing_said_is_no_observation(output: str) -> None:
    with pytest.raises(behaviour.NoObservationError):
        behaviour.read_report(subprocess.CompletedProcess([], 0, output, ""))


def test_what_is_said_by_a_run_that_fails_is_no_observation() -> None:
    with pytest.raises(behaviour.NoObservationError):
        behaviour.read_report(subprocess.CompletedProcess([], 1, json.dumps("fine"), ""))


def test_crash_is_an_observation() -> None:
    crash = subprocess.run([sys.executable, "-c", "import os; os.abort()"], capture_output=True, text=True, check=False)
    assert behaviour.read_report(crash) == "The process crashes (SIGABRT)."


def test_hang_is_an_observation(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behaviour, "HARD_LIMIT", 0)
    words = behaviour.play_apart(SCENARIOS["half-close"], ASYNCIO, certificates)
    assert words == "The process still runs after 0 s, and is killed."


# ---- contenders that do wrong ----


class Wrong(Ours):
    """Ours, with a fault."""

    connection_class: type[Connection]

    async def _wrap(self, stream: Any, **options: Any) -> Connection:
        return self.connection_class((await super()._wrap(stream, **options)).stream)


def wrong(connection: type[Connection]) -> Contender:
    spoilt = type("Spoilt", (Wrong,), {"connection_class": connection})
    contender: Contender = spoilt("spoilt", "asyncio")
    return contender


class SendsNothing(AnyIOConnection):
    async def send(self, data: bytes) -> None:
        pass


class LosesBytes(AnyIOConnection):
    async def receive(self) -> bytes:
        return (await super().receive())[1:]


class InventsTheEnd(AnyIOConnection):
    async def receive(self) -> bytes:
        try:
            return await super().receive()
        except anyio.BrokenResourceError:
            return b""


class PretendsToClose(AnyIOConnection):
    async def close(self) -> None:
        pass


class Miscounts(AnyIOConnection):
    @property
    def bytes_sent(self) -> int:
        return 2 * int(self.stream.bytes_sent)


@pytest.mark.parametrize(
    ("connection", "name", "words"),
    [
        (SendsNothing, "half-closed-by-peer", "A send after that returns, but the peer does not get it."),
        (SendsNothing, "half-close", "send_eof() returns; the peer gets nothing, then close_notify."),
        (LosesBytes, "truncated", "Receiving gives something else than was sent, then TruncatedError."),
        (InventsTheEnd, "truncated", "Receiving gives everything, then a clean end."),
        (PretendsToClose, "close-silent", "The peer sees nothing more but not the end of the connection."),
        (Miscounts, "large-send-cancelled", "but bytes_sent says"),
    ],
)
def test_what_is_wrong_is_said(connection: type[Connection], name: str, words: str, certificates: Path) -> None:
    scenario = replace(SCENARIOS[name], seconds=1)
    assert words in behaviour.play(scenario, wrong(connection), certificates)


# ---- the words ----


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (b"abc", "everything"),
        (b"", "nothing"),
        (b"ab", "only the front"),
        (b"abd", "something else than was sent"),
        (b"bc", "something else than was sent"),
        (b"abcc", "something else than was sent"),
    ],
)
def test_everything_is_every_byte(got: bytes, words: str) -> None:
    assert part(got, b"abc") == words


def test_end_is_told() -> None:
    assert at_end(Received(b"abc", ""), b"abc") == "everything"
    assert at_end(Received(b"abc", CLEAN_END), b"abc") == "everything, then close_notify"
    assert at_end(Received(b"", SILENCE), b"abc") == "nothing"


def test_call_is_told_as_it_went() -> None:
    assert Outcome(0.1).timed == "returns promptly"
    assert Outcome(PROMPT).timed == "returns within 2 s"
    assert Outcome(3, gave_up=True).timed == "still waits after 3 s"
    assert Outcome(0.1, error=ValueError()).timed == "raises ValueError promptly"
    assert Outcome(7, error=ValueError()).within(6) == "raises ValueError after more than 6 s"
    assert not Outcome(3, gave_up=True).returned
    assert not Outcome(0.1, error=ValueError()).returned


def test_arrival_needs_what_arrived() -> None:
    assert arrival(Outcome(0.1), Received(b"..next", ""), b"next") == " and arrives"
    assert arrival(Outcome(0.1), Received(b"", ""), b"next") == ", but the peer does not get it"


def test_clean_end_needs_an_end() -> None:
    assert found(Outcome(0.1, b"")) == "gives a clean end"
    assert found(Outcome(0.1, b"data")) == "returns"
    assert found(Outcome(3, gave_up=True)) == "still waits after 3 s"


def test_end_of_the_connection_needs_one() -> None:
    assert "but not the end" in seen(CLEAN_END, False)
    assert "and the end" in seen(CLEAN_END, True)


def test_figures_are_told_by_their_class() -> None:
    assert [cpu_class(seconds) for seconds in (0.0, 0.03, 0.2)] == [
        "less than 25 ms",
        "more than 25 ms",
        "more than 100 ms",
    ]
    assert [memory_class(count * 2**20) for count in (0, 3, 7, 33)] == [
        "less than 4 MiB",
        "less than 4 MiB",
        "about 8 MiB",
        "about 32 MiB",
    ]


def test_stream_without_a_call_is_told_so() -> None:
    async def attempt() -> str:
        reader: Any = None
        try:
            await AsyncioConnection(reader, reader).unwrap()
        except Exception as exc:
            return str(Outcome(0.0, error=exc))
        return ""

    assert anyio.run(attempt) == "does not exist"
