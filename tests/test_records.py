"""Cutting ciphertext into records, however it comes: the invariant and the bounds that ``_records.py`` states."""

from __future__ import annotations

import random

import pytest

from anyio_tls._records import BUFFER_LIMIT, HEADER, MAX_PLAINTEXT, MAX_RECORD, Records, count_records

# What is put in front of a record that is not encrypted.
OURS = b"\x16\x03\x03\x00\x01\x00"


def record(kind: int, size: int, rng: random.Random) -> bytes:
    return bytes((kind, 3, 3)) + size.to_bytes(2, "big") + rng.randbytes(size)


def next_record(records: Records) -> bytes:
    """What is passed on as the next record."""
    record = bytearray()
    size = records.pass_next(record.extend)
    assert len(record) in (size, size + len(OURS))
    return bytes(record)


def next_flight(records: Records) -> bytes:
    flight = bytearray()
    assert records.pass_flight(flight.extend) == len(flight)
    return bytes(flight)


def cut(stream: bytes, records: Records, rng: random.Random, largest: int) -> list[bytes]:
    """What ``records`` gives when ``stream`` comes in pieces, asked at any time."""
    pieces = []
    rest = memoryview(stream)
    while rest:
        count = rng.randint(1, largest)
        records.feed(rest[:count])
        rest = rest[count:]
        while rng.random() < 0.8 and (piece := next_record(records)):
            pieces.append(piece)
    while piece := next_record(records):
        pieces.append(piece)
    return pieces


@pytest.mark.guarantee("G10")
@pytest.mark.parametrize("largest", [1, 7, 2000, 70_000])
def test_whole_records_in_their_order(largest: int, rng: random.Random) -> None:
    for _ in range(5):
        wanted = [record(23, rng.choice((0, 1, 100, MAX_PLAINTEXT)), rng) for _ in range(rng.randint(1, 5))]
        tail = record(23, 100, rng)[: rng.randint(0, HEADER + 99)]
        records = Records(of_client=True)
        records.complete_handshake(b"", encrypted=True)
        assert cut(b"".join((*wanted, tail)), records, rng, largest) == wanted
        assert records.room == BUFFER_LIMIT - len(tail)
        assert records.take_rest() == tail
        assert records.room == BUFFER_LIMIT
        assert not records.flaw


@pytest.mark.guarantee("G10")
@pytest.mark.parametrize("largest", [3, 1000, 100_000])
@pytest.mark.parametrize("encrypted", [False, True])
def test_no_piece_is_longer_than_a_record(encrypted: bool, largest: int, rng: random.Random) -> None:
    """Whatever comes: each piece but one of ours in front is what comes next, and none is longer than TLS has it."""
    for _ in range(10):
        stream = rng.choice((b"", record(23, 10, rng))) + rng.randbytes(rng.randint(1, 25_000))
        records = Records(of_client=False)
        records.complete_handshake(b"", encrypted=encrypted)
        given = b""
        for piece in cut(stream, records, rng, largest):
            assert len(piece) <= MAX_RECORD + len(OURS)
            given += piece if stream.startswith(given + piece) else piece.removeprefix(OURS)
            assert stream.startswith(given)
        assert given + records.take_rest() == stream


@pytest.mark.parametrize(
    ("start", "flaw", "greeting"),
    [
        pytest.param(b"GET / HTTP/1.1", "not a TLS record", b"GET / HTTP/1.1", id="HTTP"),
        pytest.param(b"\x80\x2e\x01\x03\x01\x00", "not a TLS record", b"", id="SSL-2"),
        pytest.param(b"\x63\x03\x03\x00\x05hello", "not a TLS record", b"", id="unknown-type"),
        pytest.param(b"\x16\x03\x03\xff\xffhello", "a record of 65540 bytes is too long", b"", id="too-long"),
    ],
)
def test_what_is_no_record_is_named(start: bytes, flaw: str, greeting: bytes) -> None:
    records = Records(of_client=True)
    records.feed(start)
    assert next_record(records) == start
    assert (records.flaw, records.greeting) == (flaw, greeting)


def test_what_follows_the_handshake_comes_first(rng: random.Random) -> None:
    """Also in front of a record whose beginning is here already."""
    wanted = [record(23, size, rng) for size in (10, 20, 30)]
    records = Records(of_client=True)
    records.feed(wanted[1][:7])
    assert not next_record(records)
    records.feed(wanted[1][7:] + wanted[2])
    records.complete_handshake(wanted[0], encrypted=False)
    assert [next_record(records), next_record(records), next_record(records), next_record(records)] == [*wanted, b""]


@pytest.mark.parametrize(("held", "greeting"), [(b"SSH", b"SSH"), (b"\x16\x03", b""), (b"", b"")])
def test_the_end_of_what_is_shorter_than_a_header(held: bytes, greeting: bytes) -> None:
    records = Records(of_client=True)
    records.feed(held)
    assert not next_record(records)
    records.end()
    assert records.greeting == greeting


@pytest.mark.guarantee("G10")
def test_a_flight_is_whole_records_in_their_order(rng: random.Random) -> None:
    """Cut into flights, the same bytes come in the same order, and as many records are counted."""
    for _ in range(50):
        sizes = [rng.choice((0, 1, 40, MAX_PLAINTEXT)) for _ in range(rng.randint(1, 30))]
        stream = b"".join(record(22, size, rng) for size in sizes)
        tail = record(22, 100, rng)[: rng.randint(0, HEADER + 99)]
        records = Records(of_client=True)
        flights, rest = [], memoryview(stream + tail)
        while rest:
            count = rng.choice((3, 500, 40_000))
            records.feed(rest[:count])
            rest = rest[count:]
            while flight := next_flight(records):
                flights.append(flight)
        assert b"".join(flights) == stream
        assert [count_records(flight) for flight in flights if len(flight) == HEADER] == [1] * sizes.count(0)
        assert all(count_records(flight) <= 16 for flight in flights)
        assert records.count == len(sizes)
        assert records.take_rest() == tail


@pytest.mark.parametrize("bad", [b"GET / HTTP/1.1", b"\x16\x03\x03\xff\xff", b"\x16\x02\x03\x00\x05hello"])
def test_a_flight_ends_before_what_is_no_record(bad: bytes, rng: random.Random) -> None:
    good = record(22, 50, rng) + record(20, 1, rng)
    records = Records(of_client=True)
    records.feed(good + bad)
    assert next_flight(records) == good
    assert not records.flaw
    assert next_flight(records) == bad
    assert records.flaw
