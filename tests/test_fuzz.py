"""A fixed part of the fuzzing that ``nox -s fuzz`` does, and proof that it detects faults."""

from __future__ import annotations

import re
import ssl
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import anyio
import pytest

from anyio_tls import TLSError
from anyio_tls._driver import TLSDriver
from anyio_tls._engine import TLSEngine
from anyio_tls._states import Reading

from . import _fuzz
from ._fuzz import CPU_SECONDS, KINDS, Finding, Victim, World, engine_input, stream_input
from ._mutators import Dice, lie_about_a_length
from ._sealing import Record

ENGINE_INPUTS = 400
STREAM_INPUTS = 50


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    seed: str = request.config.getoption("--seed")
    return seed


# ---- a fixed corpus ----


@pytest.mark.guarantee("G5", "G9", "G10", "G13")
def test_engine_under_attack(world: World, seed: str) -> None:
    """Whatever arrives: documented errors only, nothing invented or lost, bounded memory, short calls, an end."""
    outcomes = [engine_input(world, seed, number) for number in range(ENGINE_INPUTS)]
    assert {outcome.attack for outcome in outcomes} == KINDS.keys()
    assert {outcome.victim for outcome in outcomes} == set(map(str, world.setups))
    ends = Counter(outcome.end for outcome in outcomes)
    assert ends.keys() >= {"HandshakeError", "TLSError", "TruncatedError", "close_notify"}


@pytest.mark.guarantee("G5", "G7", "G9", "G13")
async def test_stream_under_attack(world: World, seed: str, anyio_backend_name: str, anyio_backend: Any) -> None:
    """Documented errors only, no hang, short steps, and a close that closes."""
    backend = "uvloop" if anyio_backend[1].get("use_uvloop") else anyio_backend_name
    for number in range(STREAM_INPUTS):
        await stream_input(world, seed, number, backend)


# ---- would it notice? ----

# Takes a method, and returns it with a fault.
Break: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def takes_failure_for_end(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        try:
            return read(engine, max_bytes)
        except TLSError:
            return b""

    return broken


def raises_what_is_not_documented(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        try:
            return read(engine, max_bytes)
        except TLSError as exc:
            raise ssl.SSLError(exc.errno, exc.strerror) from exc

    return broken


def takes_long(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        started = time.thread_time()
        while time.thread_time() - started <= CPU_SECONDS:
            pass
        return read(engine, max_bytes)

    return broken


def hoards(feed: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, data: bytes) -> None:
        feed(engine, data)
        engine._plaintext += bytes(2**16)

    return broken


def invents(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        data = read(engine, max_bytes)
        return data + b"!" if data else data

    return broken


def loses_what_came_before_the_failure(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        data = read(engine, max_bytes)
        return read(engine, max_bytes) if engine.states.reading is Reading.FAILED else data

    return broken


def forgets_its_failure(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        try:
            return read(engine, max_bytes)
        except TLSError:
            engine._reading_error = None
            engine.states.reading = Reading.OPEN
            raise

    return broken


def says_it_in_other_words(end_of_reading: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine) -> Any:
        try:
            return end_of_reading(engine)
        except TLSError as exc:
            exc.phase = "writing"
            raise

    return broken


def keeps_its_alert_to_itself(set_failure: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, *args: Any) -> None:
        queued = len(engine.outgoing)
        set_failure(engine, *args)
        engine.outgoing.data = engine.outgoing.data[:queued]

    return broken


def tears(write: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, data: bytes) -> int:
        taken: int = write(engine, data)
        engine.outgoing.data = engine.outgoing.data[:-1]
        return taken

    return broken


def does_not_notice_the_end(_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _: None


BROKEN_ENGINES = [
    ("read", takes_failure_for_end, "takes for the end what is none"),
    ("read", raises_what_is_not_documented, r"read\(\) raises SSLError"),
    ("read", takes_long, r"read\(\) takes \d+ ms"),
    ("feed", hoards, r"after feed\(\) the engine holds"),
    ("read", invents, "received what the peer has not sent|of which"),
    ("read", loses_what_came_before_the_failure, "lost data"),
    ("read", forgets_its_failure, "failed with .*, and (yet|now)"),
    ("_end_of_reading", says_it_in_other_words, "claims to come from|and now with"),
    ("_set_failure", keeps_its_alert_to_itself, "alert that was not sent"),
    ("write", tears, "torn|of which"),
    ("feed_eof", does_not_notice_the_end, "waits for more after the end"),
]


@pytest.mark.parametrize(
    ("method", "breaks", "words"), BROKEN_ENGINES, ids=[breaks.__name__ for _, breaks, _ in BROKEN_ENGINES]
)
def test_broken_engine_is_noticed(
    method: str, breaks: Break, words: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = type("Broken", (TLSEngine,), {"__slots__": (), method: breaks(getattr(TLSEngine, method))})

    def make_victim(engine: TLSEngine) -> Victim:
        engine.__class__ = broken  # the attacker's stays whole
        return Victim(engine)

    monkeypatch.setattr(_fuzz, "Victim", make_victim)
    with pytest.raises(Finding, match=words) as raised:
        all(engine_input(world, "0", number) for number in range(ENGINE_INPUTS))
    repeated = int(re.findall(r"python -m tests\.fuzz --seed 0 --only (\d+)$", str(raised.value))[0])
    with pytest.raises(Finding, match=words):
        engine_input(world, "0", repeated)


async def hangs(*_: Any) -> bytes:
    await anyio.sleep_forever()
    raise AssertionError("not reached")


async def holds_the_event_loop(*_: Any) -> bytes:
    started = time.thread_time()
    while time.thread_time() - started <= CPU_SECONDS:
        pass
    return b""


async def raises_what_is_foreign(*_: Any) -> bytes:
    raise ssl.SSLWantReadError


async def ends_early(driver: TLSDriver, _: int) -> bytes:
    driver._pump.check_open()
    return b""


async def does_not_close(_: TLSDriver) -> None:
    pass


BROKEN_DRIVERS = [
    ("receive", hangs, "hangs"),
    ("receive", holds_the_event_loop, r"receive\(\) holds the event loop for \d+ ms"),
    ("receive", raises_what_is_foreign, r"receive\(\) raises SSLWantReadError"),
    ("receive", ends_early, "takes for the end what is none|lost data"),
    ("aclose", does_not_close, "was closed, and yet|the socket is still open"),
]


@pytest.mark.parametrize(
    ("method", "broken", "words"), BROKEN_DRIVERS, ids=[broken.__name__ for _, broken, _ in BROKEN_DRIVERS]
)
async def test_broken_driver_is_noticed(
    method: str, broken: Any, words: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TLSDriver, method, broken)
    if broken is hangs:
        monkeypatch.setattr(_fuzz, "SECONDS", 0.1)

    async def attack() -> None:
        for number in range(STREAM_INPUTS):
            await stream_input(world, "0", number, "asyncio")

    with pytest.raises(Finding, match=words):
        await attack()


def test_what_a_lie_is_about_changes_none_of_the_decisions_behind_it() -> None:
    """Whether there is a length to lie about depends on keys and signatures."""

    def following(number: int, body: bytes) -> int:
        dice = Dice("a seed", number)
        lie_about_a_length(dice, [Record(23, body)])
        return dice.below(2**53)

    for number in range(10):
        assert following(number, b"\1" * 100) == following(number, b"\xff" * 100)


def test_number_makes_the_same_input(world: World, tmp_path: Path) -> None:
    """In another world, with other certificates and keys, too."""
    other = World(tmp_path)
    for number in range(50):
        one, same = (engine_input(each, "a seed", number) for each in (world, other))
        assert (one.victim, one.attack, one.changes) == (same.victim, same.attack, same.changes)
