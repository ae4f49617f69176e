"""Observe how other TLS implementations behave with our streams: ``python -m tests.observe_peers``.

Each program in ``peers/`` plays each scenario, in both roles, and what was seen goes to ``docs/peers.json``, from which
the page of the documentation is made. What cannot be had on this machine is skipped by name. With names of
implementations it observes only those, and prints; and so it does if something could not be observed, and fails.

What is seen: by our streams; by OpenSSL on our side, which tells of each record and message as it comes; and by the
program itself, which prints how reading has ended in the words of its library.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

import anyio
from anyio.abc import ByteStream, SocketAttribute

from anyio_tls import SocketStream, TLSAttribute, TLSError, TLSStream
from anyio_tls.testing import CertificateAuthority

from ._implementations import Arrival, Program, make_payload
from ._observed import OBSERVED
from ._peers import LOOPBACK, Peer, accept, listening, running
from ._wire import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, record_ends, update_keys
from .conftest import BACKENDS

__all__ = ["SCENARIOS", "Papers", "echo", "observe", "play"]

OUTPUT = Path(__file__).parent.parent / "docs" / "peers.json"

Seen: TypeAlias = dict[str, Any]

MEGABYTE = 1_000_000
SOME = 100_000

# Seconds of silence after which a peer is taken to have nothing to say. The machine may be busy.
SILENCE = 1.0

# Seconds after which a peer is taken never to say anything.
LONG_SILENCE = 5.0

# Seconds for one scenario. There is an implementation that encrypts in Python.
PATIENCE = 60.0

# How often something is done that may not always go in the same way, and what never does.
TRIES, RACES = 6, 20

# Records of a byte each, and seconds for them. AES-GCM is good for 2**24.5 records with one key (RFC 8446 section 5.5),
# and who watches that rounds down.
POURED = 2**24 + 16
POURING = 1800.0

# What OpenSSL calls the header of a record when it tells of it (SSL3_RT_HEADER).
RECORD_HEADER = 256

# RFC 8446 section 4.
CLIENT_HELLO, NEW_SESSION_TICKET, CERTIFICATE, CERTIFICATE_REQUEST, FINISHED, KEY_UPDATE = 1, 4, 11, 13, 20, 24
KEY_SHARE, POST_HANDSHAKE_AUTH = 51, 49  # RFC 8446 section 4.2

# TLS supported groups as IANA calls them. (Those of GREASE are in RFC 8701.)
GROUPS = {23: "secp256r1", 24: "secp384r1", 25: "secp521r1", 29: "x25519", 30: "x448", 4588: "X25519MLKEM768"}


class Papers:
    """Directories of certificates for the programs, and contexts for us.

    :ivar directory: those that fit together
    :ivar strange: the same, but with the certificate of an authority that has issued none of them
    """

    def __init__(self, parent: Path) -> None:
        self.ca = CertificateAuthority()
        self.stranger = CertificateAuthority()
        self.certificate = self.ca.issue()
        self.directory, self.strange = parent / "papers", parent / "strange"
        for directory, ca in ((self.directory, self.ca), (self.strange, self.stranger)):
            directory.mkdir()
            (directory / "certificate.pem").write_bytes(self.certificate.certificate_pem)
            (directory / "key.pem").write_bytes(self.certificate.private_key_pem)
            (directory / "both.pem").write_bytes(self.certificate.certificate_pem + self.certificate.private_key_pem)
            (directory / "ca.pem").write_bytes(ca.pem)

    def context(self, role: str) -> ssl.SSLContext:
        """A context for us when the peer has this role."""
        return self.ca.client_context() if role == "server" else self.ca.server_context(self.certificate)


# ---- what OpenSSL sees ----


class Notes:
    """The records and handshake messages that come in, and the content types of the records that go out."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.sent: list[int] = []
        self.records: list[tuple[int, int]] = []
        """Content type and length."""
        self.messages: list[tuple[int, bytes, int]] = []
        """Type, message, and the number of records that had come, its own included."""
        context._msg_callback = self._note  # type: ignore[attr-defined]

    def _note(self, _object: Any, direction: str, _version: Any, content_type: Any, kind: Any, data: bytes) -> None:
        if direction == "write":
            if content_type == RECORD_HEADER:
                self.sent.append(data[0])
        elif content_type == RECORD_HEADER:
            self.records.append((data[0], int.from_bytes(data[3:5], "big")))
        elif content_type == HANDSHAKE:
            self.messages.append((int(kind), data, len(self.records)))

    def all(self, kind: int) -> list[tuple[bytes, int]]:
        return [(data, records) for each, data, records in self.messages if each == kind]


def describe_hello(hellos: list[bytes]) -> Seen:
    """The size of a ClientHello, and what is in it that others see (RFC 8446 section 4.1.2)."""
    hello = hellos[0]
    position = 4 + 2 + 32
    for length in (1, 2, 1):  # legacy_session_id, cipher_suites, legacy_compression_methods
        position += length + int.from_bytes(hello[position : position + length], "big")
    extensions = dict(vectors(hello[position + 2 :], 2))
    shares = [group for group, _ in vectors(extensions.get(KEY_SHARE, b"")[2:], 2)]
    return {
        "size": len(hello),
        "hellos": len(hellos),
        "key shares": [GROUPS.get(group, "GREASE" if group & 0x0F0F == 0x0A0A else str(group)) for group in shares],
        "post-handshake authentication": POST_HANDSHAKE_AUTH in extensions,
    }


def vectors(data: bytes, key: int) -> list[tuple[int, bytes]]:
    """Pairs of a number and a vector of up to 2**16 - 1 bytes."""
    pairs = []
    while data:
        end = key + 2 + int.from_bytes(data[key : key + 2], "big")
        pairs.append((int.from_bytes(data[:key], "big"), data[key + 2 : end]))
        data = data[end:]
    return pairs


class Patient(ByteStream):
    """A transport that says nothing before the peer has fallen silent, as long as it is patient.

    :ivar early: how many records had come before it was patient for the last time
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._came = b""
        self._unread = b""
        self.early = 0
        self.patient = True

    async def _listen(self) -> None:
        with anyio.move_on_after(SILENCE), suppress(anyio.EndOfStream):
            while True:
                data = await self._stream.receive()
                self._came += data
                self._unread += data

    async def send(self, item: bytes) -> None:
        if self.patient:
            await self._listen()
            self.early = len(record_ends(self._came))
        await self._stream.send(item)

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if not self._unread:
            data = await self._stream.receive()
            self._came += data
            self._unread += data
        data, self._unread = self._unread[:max_bytes], self._unread[max_bytes:]
        return data

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()


# ---- a conversation ----


class Printed:
    """What a program prints about a connection, and a proxy in front of it about one that the program never gets."""

    PRINTED = re.compile(rb"(?m)^(?:arrived (\d+) (\w+) (.*)|failed (.*))\n")
    VERSION = re.compile(rb"(?m)^version (.*)\n")

    def __init__(self, program: Program, peer: Peer, proxy: Peer | None) -> None:
        self._program = program
        self._peer = peer
        self._proxy = proxy

    async def says(self) -> str:
        """How reading ended for the program."""
        words = b""

        async def hear(peer: Peer, pattern: bytes | re.Pattern[bytes]) -> None:
            nonlocal words
            said = await peer.says(pattern)
            words = next(group for group in reversed(said.groups()) if group is not None)
            task_group.cancel_scope.cancel()

        async with anyio.create_task_group() as task_group:
            task_group.start_soon(hear, self._peer, self.PRINTED)
            if self._proxy:
                task_group.start_soon(hear, self._proxy, self._program.failed)
        return words.decode().strip()

    async def arrived(self) -> Arrival:
        printed = await self._peer.says(self.PRINTED)
        return Arrival(int(printed[1] or 0), (printed[2] or b"").decode(), (printed[3] or printed[4]).decode())

    async def version(self) -> str:
        return (await self._peer.says(self.VERSION))[1].decode()


@dataclass(frozen=True)
class Conversation:
    """A connection with a program."""

    printed: Printed
    tls: TLSStream
    posted: bytes
    """What it has sent by itself."""


@asynccontextmanager
async def transport(
    program: Program, role: str, directory: Path, manner: str, seconds: float = PATIENCE
) -> AsyncIterator[tuple[Printed, ByteStream]]:
    """Run a program, and connect it with us."""
    command = [*program.command(directory), role, str(directory)]
    if role == "server":
        async with running(*command, manner, seconds=seconds) as peer:
            port = int((await peer.says(rb"(?m)^port (\d+)\n"))[1])
            async with program.between(directory, role, port, manner) as (proxy, port):
                async with await anyio.connect_tcp(LOOPBACK, port) as stream:
                    yield Printed(program, peer, proxy), stream
    else:
        with listening() as (listener, port):
            async with program.between(directory, role, port, manner) as (proxy, port):
                async with running(*command, str(port), manner, "1", seconds=seconds) as peer:
                    async with SocketStream(await accept(listener)) as stream:
                        yield Printed(program, peer, proxy), stream


async def wrap(stream: ByteStream, role: str, context: ssl.SSLContext) -> TLSStream:
    if role == "server":
        return await TLSStream.wrap(stream, hostname="localhost", ssl_context=context)
    return await TLSStream.wrap(stream, server_side=True, ssl_context=context)


async def take_request(program: Program, tls: TLSStream) -> bytes:
    """Receive what a client says first; return what it has posted."""
    if program.obedient:
        request, _ = await receive(tls, len(b"request\n"))
        assert request == b"request\n"
        return b""
    request = b""
    while b"\r\n\r\n" not in request:
        request += await tls.receive()
    head, _, body = request.partition(b"\r\n\r\n")
    length = int(re.findall(rb"(?i)content-length: (\d+)", head)[0])
    rest, _ = await receive(tls, length - len(body))
    return body + rest


@asynccontextmanager
async def conversing(
    program: Program, role: str, directory: Path, context: ssl.SSLContext
) -> AsyncIterator[Conversation]:
    async with transport(program, role, directory, "obeys") as (printed, stream):
        async with await wrap(stream, role, context) as tls:
            posted = await take_request(program, tls) if role == "client" else b""
            yield Conversation(printed, tls, posted)


async def receive(tls: TLSStream, enough: float = float("inf"), seconds: float = float("inf")) -> tuple[bytes, str]:
    """Receive so much, or to the end, or for so long; return it, and how it ended."""
    data, end = bytearray(), "silence"
    with anyio.move_on_after(seconds):
        try:
            while len(data) < enough:
                data += await tls.receive()
        except anyio.EndOfStream:
            end = "close_notify"
        except TLSError as exc:
            end = describe(exc)
    return bytes(data), end


def describe(error: TLSError) -> str:
    if error.alert and error.alert_received:
        return error.alert
    return f"no alert: {type(error).__name__}"


# ---- scenarios: each returns what was seen ----


async def echo(program: Program, role: str, papers: Papers) -> Seen:
    """Send a megabyte, and receive it again; or receive it first, from who is not to be told anything."""
    context = papers.context(role)
    notes = Notes(context)
    payload = make_payload(MEGABYTE)
    async with conversing(program, role, papers.directory, context) as conversation:
        tls = conversation.tls
        before = len(notes.records) if program.obedient else 0
        async with anyio.create_task_group() as task_group:
            task_group.start_soon(tls.send, program.ask("echo", payload, MEGABYTE))
            data, end = await receive(tls)
        came_back = program.answer(data) if program.obedient else conversation.posted
        lengths = [length for kind, length in notes.records[before:] if kind == APPLICATION_DATA]
        version = tls.extra(TLSAttribute.tls_version)
        await tls.aclose()
        arrived = await conversation.printed.arrived()
        seen: Seen = {
            "sent": MEGABYTE,
            "arrived": arrived.count,
            "came back": len(came_back),
            "whole": came_back == payload and arrived.digest == Arrival.of(payload).digest,
            "end": end,
        }
        traits: Seen = {
            "version": await conversation.printed.version(),
            "TLS": version,
            "largest record": max(lengths),
            "first large records": [length for length in lengths if length > 1000][:4],
        }
        if version == "TLSv1.3":
            traits["change_cipher_spec"] = any(kind == CHANGE_CIPHER_SPEC for kind, _ in notes.records)
    if role == "client":
        traits["hello"] = describe_hello([data for data, _ in notes.all(CLIENT_HELLO)])
    return {**seen, "traits": traits}


async def half_close(program: Program, role: str, papers: Papers) -> Seen:
    """End our direction. What the peer sends then should arrive. A few times, until it does something else for once."""
    if not program.obedient:
        return {}
    seen: Seen = {}
    for _ in range(TRIES):
        async with conversing(program, role, papers.directory, papers.context(role)) as conversation:
            tls = conversation.tls
            await tls.send(program.ask("listen", make_payload(1024), SOME))
            try:
                await tls.send_eof()
            except NotImplementedError:
                return {}
            data, end = await receive(tls, seconds=LONG_SILENCE)
            await tls.aclose()
            says = await conversation.printed.says()
        again = {"came": len(program.answer(data)), "end": end}
        if not seen:
            seen = {**again, "of": SOME, "says": says}
        elif again != {"came": seen["came"], "end": seen["end"]}:
            return {**seen, "otherwise": again}
    return seen


async def file_half_close(program: Program, role: str, papers: Papers) -> Seen:
    """Put a file on a server, ask for it, and end our direction while it comes. More than once: it is a race."""
    if not program.keeps_files or role == "client":
        return {}
    size, ends = 3 * MEGABYTE, []
    async with transport(program, role, papers.directory, "obeys") as (_, stream):
        address = stream.extra(SocketAttribute.remote_address)
        request = b"PUT /file HTTP/1.0\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)
        for _ in range(1 + RACES):
            context = papers.context(role)
            async with await wrap(await anyio.connect_tcp(*address), role, context) as tls:
                await tls.send(request)
                if request.startswith(b"GET"):
                    await tls.send_eof()
                data, end = await receive(tls)
                ends.append((len(program.answer(data)), end))
            request = b"GET /file HTTP/1.0\r\nHost: localhost\r\n\r\n"
    came, end = min(ends[1:])
    return {
        "runs": RACES,
        "whole": sum(came == size for came, _ in ends[1:]),
        "clean": sum(end == "close_notify" for _, end in ends[1:]),
        "least": came,
        "of": size,
        "end": end,
    }


async def their_half_close(program: Program, role: str, papers: Papers) -> Seen:
    """Let the peer end its direction, and send something then."""
    if program.speaks_http:
        return {}
    async with conversing(program, role, papers.directory, papers.context(role)) as conversation:
        tls = conversation.tls
        await tls.send(program.ask("end"))
        _, end = await receive(tls)
        with suppress(TLSError):  # what counts is what arrives
            await tls.send(make_payload(SOME))
        await tls.aclose()
        arrived = await conversation.printed.arrived()
        return {"end": end, "arrived": arrived.count, "of": SOME, "says": arrived.end}


async def ends(program: Program, role: str, papers: Papers) -> Seen:
    """End a connection with close_notify, and another one without, and compare what the peer calls it."""
    if program.speaks_http and role == "server":  # it knows the length of a request
        return {}
    says = {}
    for end in ("close_notify", "truncated"):
        async with conversing(program, role, papers.directory, papers.context(role)) as conversation:
            tls = conversation.tls
            with anyio.move_on_after(SILENCE):  # no ticket may lie unread, or it would be a reset
                await tls.receive()
            await tls.send(program.ask("listen", make_payload(1024)))
            if end == "close_notify":
                await tls.aclose()
            else:
                tls.extra(SocketAttribute.raw_socket).shutdown(socket.SHUT_WR)
            says[end] = await conversation.printed.says()
    return says


async def tickets(program: Program, role: str, papers: Papers) -> Seen:
    """Say nothing for a while, wherever there is something to say, and see when tickets come."""
    if role == "client":
        return {}
    context = papers.context(role)
    notes = Notes(context)
    async with transport(program, role, papers.directory, "obeys") as (_, stream):
        patient = Patient(stream)
        tls = await wrap(patient, role, context)
        if tls.extra(TLSAttribute.tls_version) != "TLSv1.3":
            return {}
        patient.patient = False
        with anyio.move_on_after(SILENCE):
            await tls.receive()
        silent = len(notes.all(NEW_SESSION_TICKET))
        await tls.send(program.ask("echo", b"1", 1))
        await receive(tls)
        await tls.aclose()
    seen = []
    for number, (message, records) in enumerate(notes.all(NEW_SESSION_TICKET)):
        when = "before our Finished" if records <= patient.early else "behind our Finished"
        seen.append({"size": len(message), "when": when if number < silent else "with its first data"})
    return {"tickets": seen}


async def key_update(program: Program, role: str, papers: Papers) -> Seen:
    """Update our keys, and ask the peer to do likewise (RFC 8446 section 4.6.3)."""
    context = papers.context(role)
    notes = Notes(context)
    payload = make_payload(1024)
    async with conversing(program, role, papers.directory, context) as conversation:
        tls = conversation.tls
        if tls.extra(TLSAttribute.tls_version) != "TLSv1.3":
            return {}
        request = program.ask("echo", payload, len(payload))
        await tls.send(request[:-500])
        await receive(tls, seconds=SILENCE)  # or the answer may leave with a late ticket
        update_keys(tls.extra(TLSAttribute.ssl_object))
        await tls.send(request[-500:-1])
        _, end = await receive(tls, seconds=SILENCE)
        at_once = bool(notes.all(KEY_UPDATE))
        data = b""
        if end == "silence":
            await tls.send(request[-1:])
            data, _ = await receive(tls)
        await tls.aclose()
        arrived = await conversation.printed.arrived()
        came_back = program.answer(data) == payload or not program.obedient
        seen = {"whole": came_back and arrived.digest == Arrival.of(payload).digest}
        if not seen["whole"]:
            return {"answer": "never", **seen, "says": arrived.end}
        return {"answer": "at once" if at_once else "with its next data" if notes.all(KEY_UPDATE) else "never", **seen}


async def unasked_key_update(program: Program, role: str, papers: Papers) -> Seen:
    """Receive more records than one key is good for, and see behind how many of them the peer changes it."""
    if not program.pours or role == "client":
        return {}
    context = papers.context(role)
    records, updates = 0, []

    def note(_object: Any, direction: str, _version: Any, content_type: Any, kind: Any, _data: bytes) -> None:
        nonlocal records
        if direction == "write":
            return
        if content_type == RECORD_HEADER:
            records += 1
        elif content_type == HANDSHAKE and kind == FINISHED:
            records = 0  # the last one with another key
        elif content_type == HANDSHAKE and kind == KEY_UPDATE:
            updates.append(records - 1)

    context._msg_callback = note  # type: ignore[attr-defined]
    async with transport(program, role, papers.directory, "obeys", POURING) as (_, stream):
        async with await wrap(stream, role, context) as tls:
            await tls.send(program.ask("pour", count=POURED))
            data, _ = await receive(tls)
            cipher = tls.extra(TLSAttribute.cipher)[0]
    seen: Seen = {"cipher": cipher, "came": len(data), "of": POURED}
    return {**seen, "update behind": updates[0]} if updates else seen


async def asked_later(program: Program, role: str, papers: Papers) -> Seen:
    """Ask a client for its certificate behind the handshake (RFC 8446 section 4.6.2)."""
    if role == "server":
        return {}
    context = papers.context(role)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.post_handshake_auth = True
    notes = Notes(context)
    payload = make_payload(1024)
    async with conversing(program, role, papers.directory, context) as conversation:
        tls = conversation.tls
        if tls.extra(TLSAttribute.tls_version) != "TLSv1.3":
            return {}
        response = program.ask("echo", payload, len(payload))
        await tls.send(response[:-500])
        try:
            tls.verify_client_post_handshake()
            answer = "answers"
        except ssl.SSLError as exc:
            answer = exc.reason
        await tls.send(response[-500:])
        await receive(tls)
        await tls.aclose()
        arrived = await conversation.printed.arrived()
    if answer == "answers" and not notes.all(CERTIFICATE):
        answer = "is silent"
    return {"answer": answer, "whole": arrived.digest == Arrival.of(payload).digest}


async def asks_later(program: Program, role: str, papers: Papers) -> Seen:
    """Have a server ask for our certificate behind the handshake, and say nothing ourselves until it has gone on."""
    if not program.asks or role == "client":
        return {}
    context = papers.context(role)
    context.post_handshake_auth = True
    papers.ca.issue("client@example.org", client=True).configure(context)
    notes = Notes(context)
    payload = make_payload(1024)
    async with conversing(program, role, papers.directory, context) as conversation:
        tls = conversation.tls
        await tls.send(program.ask("ask", count=len(payload)))
        await receive(tls, enough=1, seconds=SILENCE)
        await tls.send(payload)
        data, _ = await receive(tls)
        await tls.aclose()
        says = await conversation.printed.says()
    seen = {"asks": bool(notes.all(CERTIFICATE_REQUEST)), "whole": data == payload}
    return seen if all(seen.values()) else {**seen, "says": says}


async def refused_by_peer(program: Program, role: str, papers: Papers) -> Seen:
    """Show a server that demands a certificate none and a stranger's, and a client one of a strange authority."""
    manner = "demands" if role == "server" else "obeys"
    directory = papers.directory if role == "server" else papers.strange
    seen: Seen = {}
    for shown in ("none", "stranger's") if role == "server" else ("stranger's",):
        context = papers.context(role)
        if role == "server" and shown == "stranger's":
            papers.stranger.issue("client@example.org", client=True).configure(context)
        async with transport(program, role, directory, manner) as (printed, stream):
            handshake, data = "fails", b""
            try:
                async with await TLSStream.wrap(
                    stream,
                    server_side=role == "client",
                    hostname="localhost" if role == "server" else None,
                    ssl_context=context,
                ) as tls:
                    handshake = "succeeds"
                    if role == "server" and program.speaks_http:  # which may have an answer to that
                        await tls.send(program.ask("listen"))
                    data, end = await receive(tls, seconds=LONG_SILENCE)
            except TLSError as exc:
                end = describe(exc)
            says = await printed.says()
        if end == "silence":
            seen[shown] = {"accepted": True}
            continue
        seen[shown] = {"handshake": handshake, "alert": end}
        if data:
            seen[shown]["answer"] = data.partition(b"\r\n")[0].decode()
        if shown == "stranger's":
            seen[shown]["says"] = says
    return seen


async def refused_by_us(program: Program, role: str, papers: Papers) -> Seen:
    """Refuse a server's certificate, and see what it makes of our alert."""
    if role == "client":
        return {}
    context = papers.stranger.client_context()
    notes = Notes(context)
    async with transport(program, role, papers.directory, "obeys") as (printed, stream):
        sent = None
        try:
            await TLSStream.wrap(stream, hostname="localhost", ssl_context=context)
        except TLSError as exc:
            sent = exc.alert
        says = await printed.says()
    return {"sent": sent, "in plain text": ALERT in notes.sent, "says": says}


Scenario: TypeAlias = Callable[[Program, str, Papers], Awaitable[Seen]]

SCENARIOS: list[Scenario] = [
    half_close,
    file_half_close,
    their_half_close,
    ends,
    tickets,
    key_update,
    unasked_key_update,
    asked_later,
    asks_later,
    refused_by_peer,
    refused_by_us,
]


# ---- all of it ----


async def play(scenario: Scenario, program: Program, role: str, papers: Papers) -> Seen:
    """Play a scenario; what goes wrong is seen too."""
    try:
        return await scenario(program, role, papers)
    except Exception as exc:
        print(f"{scenario.__name__} as a {role}: {exc}", file=sys.stderr)
        return {"error": f"{type(exc).__name__}: {str(exc).splitlines()[0]}"}


def observe(program: Program, papers: Papers, scenarios: list[Scenario], backends: list[str]) -> Seen:
    """Play scenarios with a program in its roles: the echo on each backend, the rest on the first one."""
    for directory in (papers.directory, papers.strange):
        program.prepare(directory)
    seen: Seen = {}
    for role in program.roles:
        seen[role] = {"echo": {}}
        for name in backends:
            backend, options = BACKENDS[name]
            run = partial(play, echo, program, role, papers)
            transfer = anyio.run(run, backend=backend, backend_options=options)
            seen[role]["traits"] = transfer.pop("traits", {})  # the same on each
            seen[role]["echo"][name] = transfer
        backend, options = BACKENDS[backends[0]]
        for scenario in scenarios:
            run = partial(play, scenario, program, role, papers)
            seen[role][scenario.__name__] = anyio.run(run, backend=backend, backend_options=options)
    return seen


def what_is_missing(program: Program) -> str | None:
    return next((mark.kwargs["reason"] for mark in program.needed if mark.args[0]), None)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="IMPLEMENTATION", help="observe only these, and print")
    names = parser.parse_args().names
    programs = [program for program in OBSERVED if not names or program.name in names]
    versions = {name: metadata.version(name) for name in ("anyio_tls", "anyio", "trio", "uvloop")}
    result: Seen = {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "versions": {**versions, "Python": platform.python_version(), "OpenSSL": ssl.OPENSSL_VERSION},
        "skipped": {},
        "peers": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        papers = Papers(Path(folder))
        for program in programs:
            if missing := what_is_missing(program):
                print(f"{program.name} is skipped: {missing}", file=sys.stderr)
                result["skipped"][program.name] = missing
                continue
            print(program.name, file=sys.stderr)
            seen = observe(program, papers, SCENARIOS, list(BACKENDS))
            result["peers"].setdefault(program.name, {}).update(seen)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    roles = [role for peer in result["peers"].values() for role in peer.values()]
    failed = any("error" in seen for role in roles for seen in (*role["echo"].values(), *role.values()))
    if names or failed:
        print(text)
    else:
        OUTPUT.write_text(text, encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
