"""Mutations of a flight of records: small damage at every level, and insertions of nonsense.

Every mutator takes its decisions from a :class:`Choices`: random numbers, or what a coverage-guided fuzzer feeds.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar

from ._sealing import Record
from ._wire import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE

__all__ = ["Choices", "Dice", "insert_nonsense", "mutate_bytes", "mutate_contents", "mutate_records"]

T = TypeVar("T")


class Choices(ABC):
    """Where the decisions come from that make one input."""

    @abstractmethod
    def below(self, n: int) -> int:
        """One of ``range(n)``; 0 if that is empty."""

    @abstractmethod
    def garbage(self, size: int) -> bytes:
        """Bytes that mean nothing."""

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def one_in(self, n: int) -> bool:
        return self.below(n) == n - 1


class Dice(Choices):
    """Random numbers that make the input of a number.

    Every decision takes one step of the generator, whatever it is about. So one that comes out otherwise (a signature
    may be a byte shorter the next time) does not change those behind it.
    """

    def __init__(self, seed: str, number: int) -> None:
        self._rng = random.Random(f"{seed} {number}")

    def below(self, n: int) -> int:
        return int(self._rng.random() * n)

    def garbage(self, size: int) -> bytes:
        return random.Random(self._rng.random()).randbytes(size)


Mutator: TypeAlias = Callable[[Choices, list[Record]], None]

MOST_AT_ONCE: Final = 2**16
"""Bytes that a flood adds at most."""


# ---- contents ----


def edit(choices: Choices, records: list[Record], change: Callable[[Choices, bytearray], None]) -> None:
    """Change the body of one record."""
    position = choices.below(len(records))
    if records[position].body:
        body = bytearray(records[position].body)
        change(choices, body)
        records[position] = records[position]._replace(body=bytes(body))


def flip_bits(choices: Choices, records: list[Record]) -> None:
    def change(choices: Choices, body: bytearray) -> None:
        for _ in range(choices.pick((1, 1, 2, 8))):
            body[choices.below(len(body))] ^= 1 << choices.below(8)

    edit(choices, records, change)


def replace_byte(choices: Choices, records: list[Record]) -> None:
    def change(choices: Choices, body: bytearray) -> None:
        body[choices.below(len(body))] = choices.pick((0, 1, 0x7F, 0x80, 0xFE, 0xFF))

    edit(choices, records, change)


def replace_run(choices: Choices, records: list[Record]) -> None:
    def change(choices: Choices, body: bytearray) -> None:
        start = choices.below(len(body))
        body[start : start + 16] = choices.garbage(len(body[start : start + 16]))

    edit(choices, records, change)


def remove_run(choices: Choices, records: list[Record]) -> None:
    def change(choices: Choices, body: bytearray) -> None:
        start = choices.below(len(body))
        del body[start : start + 1 + choices.below(32)]

    edit(choices, records, change)


def repeat_run(choices: Choices, records: list[Record]) -> None:
    def change(choices: Choices, body: bytearray) -> None:
        start = choices.below(len(body))
        body[start:start] = body[start : start + 1 + choices.below(32)]

    edit(choices, records, change)


def cut_short(choices: Choices, records: list[Record]) -> None:
    def change(choices: Choices, body: bytearray) -> None:
        del body[choices.below(len(body)) :]

    edit(choices, records, change)


def lie_about_a_length(choices: Choices, records: list[Record]) -> None:
    """Change what may be the length of a vector (RFC 8446 section 3.4): of an extension, a list, a message."""

    def change(choices: Choices, body: bytearray) -> None:
        width = choices.pick((1, 2, 3))
        start = choices.below(len(body))
        which = choices.below(6)  # before there is a length, so that this takes as many decisions where there is none
        for position in [*range(start, len(body) - width), *range(start)]:
            length = int.from_bytes(body[position : position + width], "big")
            if 0 < length <= len(body) - position - width:
                lie = (0, 1, length - 1, length + 1, 2 * length, 256**width - 1)[which] % 256**width
                body[position : position + width] = lie.to_bytes(width, "big")
                break

    edit(choices, records, change)


# ---- handshake messages ----


def split_messages(body: bytes) -> list[bytes]:
    """Handshake messages (RFC 8446 section 4), of which the last need not be whole."""
    messages = []
    while body:
        end = 4 + int.from_bytes(body[1:4], "big")
        messages.append(body[:end])
        body = body[end:]
    return messages


def edit_messages(choices: Choices, records: list[Record]) -> None:
    """Drop, repeat, swap or fake whole handshake messages, or lie about what they are."""
    position = choices.below(len(records))
    if records[position].kind != HANDSHAKE or not records[position].body:
        return
    messages = split_messages(records[position].body)
    which = choices.below(len(messages))
    message = messages[which]
    action = choices.below(7)
    if action == 0:
        del messages[which]
    elif action == 1:
        messages.insert(which, message)
    elif action == 2:
        messages.append(messages.pop(which))
    elif action == 3:
        messages.insert(which, make_message(choices))
    elif action == 4:
        messages[which] = bytes([choices.pick(MESSAGE_TYPES)]) + message[1:]
    elif action == 5:
        messages[which] = message[:1] + choices.pick(MESSAGE_LENGTHS).to_bytes(3, "big") + message[4:]
    else:
        body = message[4:] + choices.garbage(choices.pick((1, 4, 1000, 16_000)))
        messages[which] = message[:1] + len(body).to_bytes(3, "big") + body
    records[position] = records[position]._replace(body=b"".join(messages))


MESSAGE_TYPES: Final = (*range(26), 67, 254, 255)
MESSAGE_LENGTHS: Final = (0, 1, 3, 2**14, 2**16 - 1, 102_400, 102_401, 2**24 - 1)


def make_message(choices: Choices) -> bytes:
    """A handshake message that is well formed, at least on the outside."""
    action = choices.below(4)
    if action == 0:
        return b"\x18\0\0\1" + bytes([choices.below(3)])  # KeyUpdate
    if action == 1:
        ticket = choices.garbage(choices.pick((1, 200, 10_000)))
        body = bytes(8) + b"\1\0" + len(ticket).to_bytes(2, "big") + ticket + b"\0\0"
        return b"\4" + len(body).to_bytes(3, "big") + body  # NewSessionTicket, as TLS 1.3 has it
    body = choices.garbage(choices.pick((0, 0, 1, 32, 500)))
    return bytes([choices.pick(MESSAGE_TYPES)]) + len(body).to_bytes(3, "big") + body


# ---- records ----


def swap(choices: Choices, records: list[Record]) -> None:
    one, other = choices.below(len(records)), choices.below(len(records))
    records[one], records[other] = records[other], records[one]


def drop(choices: Choices, records: list[Record]) -> None:
    del records[choices.below(len(records))]


def repeat(choices: Choices, records: list[Record]) -> None:
    position = choices.below(len(records))
    size = len(bytes(records[position]))
    times = min(choices.pick((1, 1, 1, 2, 40, 1000)), MOST_AT_ONCE // size)
    records[position:position] = [records[position]] * times


def repeat_all(choices: Choices, records: list[Record]) -> None:
    size = sum(len(bytes(record)) for record in records)
    records *= max(1, min(choices.pick((2, 2, 3, 40, 1000)), MOST_AT_ONCE // size))


def fragment(choices: Choices, records: list[Record]) -> None:
    """Cut a record in two, or into its bytes."""
    position = choices.below(len(records))
    record = records[position]
    cut = choices.below(len(record.body))
    pieces = [record.body[:cut], record.body[cut:]]
    if choices.one_in(4):
        pieces = [bytes([byte]) for byte in record.body[:200]] + [record.body[200:]]
    records[position : position + 1] = [record._replace(body=piece) for piece in pieces if piece]


def coalesce(choices: Choices, records: list[Record]) -> None:
    position = choices.below(len(records) - 1)
    first, *following = records[position : position + 2]
    if following and following[0].kind == first.kind:
        records[position : position + 2] = [first._replace(body=first.body + following[0].body)]


def change_kind(choices: Choices, records: list[Record]) -> None:
    position = choices.below(len(records))
    records[position] = records[position]._replace(kind=choices.pick(RECORD_KINDS))


def insert_nonsense(choices: Choices, records: list[Record]) -> None:
    """Insert a record that does not belong there."""
    kind = choices.pick(RECORD_KINDS)
    if kind == ALERT:
        body = choices.pick(
            (
                bytes([choices.pick((1, 2, 0, 3)), choices.pick((0, 10, 20, 40, 46, 90, 100, 112, 255))]),
                bytes([choices.pick((1, 2)), choices.below(256)]),
                b"\1\0",
                b"",
                b"\2",
                b"\1\x5a\1\x5a",
            )
        )
    elif kind == CHANGE_CIPHER_SPEC:
        body = choices.pick((b"\1", b"\1", b"", b"\0", b"\1\1"))
    elif kind == HANDSHAKE:
        body = make_message(choices)
        if choices.one_in(8):
            body = body[:1] + choices.pick(MESSAGE_LENGTHS).to_bytes(3, "big") + body[4:]
    else:
        body = choices.garbage(choices.pick((0, 0, 1, 2, 100, 2**14, 2**14 + 1, 2**14 + 257, 40_000)))
    position = choices.below(len(records) + 1)
    times = choices.pick((1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 5, 33, 300, 12_000))
    records[position:position] = [Record(kind, body)] * max(1, min(times, MOST_AT_ONCE // (len(body) + 5)))


RECORD_KINDS: Final = (*(CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA) * 3, 24, 0, 19, 25, 128, 255)

# ---- headers ----


def lie_in_header(choices: Choices, records: list[Record]) -> None:
    position = choices.below(len(records))
    length = len(records[position].body)
    lies = (0, 1, length - 1, length + 1, 2**14, 2**14 + 1, 2**14 + 257, 2**14 + 2049, 2**15, 2**16 - 1)
    records[position] = records[position]._replace(length=max(0, choices.pick(lies)))


def change_version(choices: Choices, records: list[Record]) -> None:
    position = choices.below(len(records))
    version = choices.pick((0, 2, 0x0300, 0x0301, 0x0302, 0x0304, 0x03FF, 0x7F1C, 0xFEFD, 0xFFFF))
    records[position] = records[position]._replace(version=version)


# ---- all of them ----

CONTENTS: Final[tuple[Mutator, ...]] = (
    flip_bits,
    replace_byte,
    replace_run,
    remove_run,
    repeat_run,
    cut_short,
    lie_about_a_length,
    lie_about_a_length,
    edit_messages,
    edit_messages,
    swap,
    drop,
    repeat,
    repeat_all,
    fragment,
    coalesce,
    change_kind,
    insert_nonsense,
)
RECORDS: Final = (*CONTENTS, lie_in_header, change_version)


def apply(choices: Choices, records: list[Record], mutators: Sequence[Mutator]) -> list[str]:
    applied = []
    for _ in range(choices.pick((1, 1, 1, 2, 3, 6))):
        mutator = choices.pick(mutators) if records else insert_nonsense
        mutator(choices, records)
        applied.append(mutator.__name__)
    return applied


def mutate_contents(choices: Choices, records: list[Record]) -> list[str]:
    """Change what will be sealed, where headers mean nothing yet; tell what was done."""
    return apply(choices, records, CONTENTS)


def mutate_records(choices: Choices, records: list[Record]) -> list[str]:
    """Change what goes over the wire; tell what was done."""
    return apply(choices, records, RECORDS)


def mutate_bytes(choices: Choices, data: bytearray) -> str:
    """Change a flight without regard for its records; tell what was done."""
    position = choices.below(len(data))
    action = choices.pick(("truncate", "insert garbage", "append garbage", "replace with garbage", "speak HTTP"))
    if action == "truncate":
        del data[position:]
    elif action == "insert garbage":
        data[position:position] = choices.garbage(choices.pick((1, 5, 100)))
    elif action == "append garbage":
        data += choices.garbage(choices.pick((1, 5, 100, 70_000)))
    elif action == "replace with garbage":
        data[:] = choices.garbage(choices.pick((1, 5, 1000)))
    else:
        data[:] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return action
