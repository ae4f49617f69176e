"""Intended differences between our TLS streams and AnyIO's and Trio's, in one table.

The tables on the page about migrating are generated from it, and the results of AnyIO's and Trio's own tests are
checked with it: ``nox -s replaced``. The texts are reStructuredText.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["DIFFERENCES", "Difference"]


@dataclass(frozen=True)
class Difference:
    """One row."""

    what: str
    theirs: str
    ours: str
    why: str
    guarantee: str | None = None
    """The guarantee that it follows from, such as ``"G7"``."""
    tests: Mapping[str, str] = field(default_factory=dict)
    """Those of their tests that show it, and what each says as it fails (a regular expression). A test goes by its id
    within its file, in which ``*`` stands for anything."""
    sometimes: frozenset[str] = frozenset()
    """Those among them that lose the failure when the end of the test comes first, and so pass."""


DIFFERENCES: dict[str, list[Difference]] = {
    "anyio": [
        Difference(
            what="``aclose()``",
            theirs="Waits for the peer's close_notify, without a limit, and raises if it does not come.",
            ours="Sends close_notify, does not wait for the peer's, takes ``linger`` seconds at most (30), raises "
            "nothing for the peer's doing. What was sent arrives all the same. To know that the peer has read "
            "everything, call ``unwrap()`` first.",
            why="A close that depends on the peer does not close.",
            guarantee="G7",
            tests={"TestTLSStream::test_ragged_eofs[*-client_standard]": "DID NOT RAISE .*BrokenResourceError"},
        ),
        Difference(
            what="``wrap()`` that fails or is cancelled",
            theirs="Tells the peer nothing, and leaves the transport open.",
            ours="Sends the peer the alert, and closes the transport.",
            why="The peer's error says what was wrong, and nobody else has the transport.",
            guarantee="G4",
            tests={"TestTLSStream::test_truststore_ssl[*]": "TLSV1_ALERT_UNKNOWN_CA"},
        ),
        Difference(
            what="A handshake that does not end",
            theirs=":func:`anyio.connect_tcp` waits for it without a limit.",
            ours=":func:`~anyio_tls.connect_tls` raises :exc:`TimeoutError` after 30 seconds (``handshake_timeout``), "
            "which says so.",
            why="A peer that says nothing holds nobody up.",
            guarantee="G15",
        ),
        Difference(
            what="A handshake that fails in a listener",
            theirs="Logged by ``anyio.streams.tls``.",
            ours="Logged by ``anyio_tls``.",
            why="A logger has the name of who logs.",
            tests={"TestTLSListener::test_handshake_fail[*]": r"assert 0 == 1\n.*where 0 = len\(\[\]\)"},
        ),
        Difference(
            what="A client without a context",
            theirs="Loads the system's certificate authorities for each connection, in the event loop.",
            ours="They are loaded once, in a worker thread, and all share the context: do not change "
            "``stream.context``. The ``ssl_context`` of a :class:`~anyio_tls.TLSConnectable` that was given none is "
            "``None`` (:doc:`contexts`).",
            why="Loading takes longer than the handshake, and holds up whatever else runs.",
            guarantee="G13",
        ),
        Difference(
            what="A host name for a server",
            theirs="Overlooked, or a :exc:`ValueError` with the newest versions of Python.",
            ours=":exc:`ValueError`.",
            why="The same program does the same everywhere.",
        ),
        Difference(
            what="A server without a context",
            theirs="Gets a context without a certificate; every handshake fails.",
            ours=":exc:`ValueError` at once.",
            why="The mistake shows where it was made.",
            guarantee="G15",
        ),
        Difference(
            what="Failed TLS",
            theirs=":exc:`ssl.SSLError`.",
            ours=":exc:`~anyio_tls.TLSError`, which is an :exc:`ssl.SSLError` and a "
            ":exc:`~anyio.BrokenResourceError`. If you catch both in different places, the first one wins now.",
            why="It is what users of either class catch.",
            guarantee="G9",
        ),
        Difference(
            what="A truncated stream",
            theirs=":exc:`~anyio.BrokenResourceError`, caused by an :exc:`ssl.SSLError`.",
            ours=":exc:`~anyio_tls.TruncatedError`, which is both, and so an :exc:`OSError` too.",
            why="A truncation can be told from what else breaks a stream.",
            guarantee="G5",
        ),
        Difference(
            what="``send_eof()``",
            theirs="Always :exc:`NotImplementedError`.",
            ours="Works on TLS 1.3.",
            why="TLS 1.3 can end one direction and leave the other open.",
            guarantee="G6",
            tests={"TestTLSStream::test_send_eof_not_implemented[*-tlsv13]": "DID NOT RAISE .*NotImplementedError"},
        ),
        Difference(
            what="``unwrap()`` of a peer that says nothing",
            theirs="Waits without a limit.",
            ours="Raises :exc:`TimeoutError` after 30 seconds; ``timeout=None`` waits without one. Calling it again "
            "goes on.",
            why="A peer that says nothing holds nobody up.",
            guarantee="G15",
        ),
        Difference(
            what="``unwrap()`` that meets application data",
            theirs=":exc:`ssl.SSLError`; the data is lost.",
            ours=":exc:`~anyio_tls.UnexpectedDataError`; the data can be received.",
            why="What the peer has sent is delivered.",
            guarantee="G8",
        ),
        Difference(
            what="A cancelled ``send()``",
            theirs="Breaks the stream, in both directions.",
            ours="The stream goes on.",
            why="A timeout is no reason to lose a connection.",
            guarantee="G2",
            tests={"TestTLSStream::test_cancelled_send_breaks_stream[*]": "DID NOT RAISE .*BrokenResourceError"},
        ),
        Difference(
            what="Two tasks that receive at once",
            theirs="Left to the transport.",
            ours=":exc:`~anyio.BusyResourceError` for the second one.",
            why="Who came first is not disturbed.",
            guarantee="G11",
        ),
        Difference(
            what="``tls-unique`` on TLS 1.3",
            theirs="Bytes without a meaning.",
            ours=":exc:`ValueError`, from ``extra()`` even if it is given a default. Use ``tls-server-end-point``.",
            why="An authentication that is bound to them is bound to nothing (RFC 8446 appendix C.5).",
            guarantee="G15",
            tests={
                "TestTLSStream::test_extra_attributes[*]": "ValueError: .*tls-unique is not defined for TLS 1.3",
                "TestTLSListener::test_extra_attributes[*]": "ValueError: .*tls-unique is not defined for TLS 1.3",
            },
            sometimes=frozenset({"TestTLSListener::test_extra_attributes[*]"}),
        ),
        Difference(
            what='``"example.org."`` and ``"fe80::1%eth0"``',
            theirs="Sent and checked with the dot and the zone: no certificate has such names.",
            ours="Connected to as they are, sent and checked without.",
            why="They say how to connect, not to whom (RFC 6066 section 3).",
            guarantee="G15",
        ),
        Difference(
            what='``"my_host.bücher.example"``',
            theirs="Refused, for its underscore.",
            ours="As good as without the umlaut. What cannot be a host name is a :exc:`ValueError` before connecting.",
            why="Only the labels that are not ASCII are IDNA's business.",
        ),
        Difference(
            what="Private methods",
            theirs="``_call_sslobject_method()``",
            ours="Has others.",
            why="They are how it works, not what it does.",
            tests={
                "TestTLSStream::test_default_context_ignore_unexpected_eof_flag_off[*]": (
                    "does not have the attribute '_call_sslobject_method'"
                )
            },
        ),
    ],
    "trio": [
        Difference(
            what="A cancelled ``send_all()`` or ``do_handshake()``",
            theirs="The stream may be unusable.",
            ours="The stream goes on; a handshake is continued by the next call.",
            why="A timeout is no reason to lose a connection.",
            guarantee="G2",
        ),
        Difference(
            what="``aclose()``",
            theirs="Performs the handshake first if nobody has yet, and raises if it fails. Sends close_notify "
            "without a limit in time.",
            ours="Does not perform a handshake. Takes ``linger`` seconds at most (30), and delivers what was sent.",
            why="A close that depends on the peer does not close.",
            guarantee="G7",
            tests={
                "test_closing_nice_case[*]": "TruncatedError: TLS handshake: the transport ended",
                "test_ssl_handshake_failure_during_aclose": "DID NOT RAISE .*BrokenResourceError",
            },
        ),
        Difference(
            what="``send_eof()``",
            theirs="Does not exist.",
            ours="Works on TLS 1.3: the stream is a :class:`trio.abc.HalfCloseableStream`. On TLS 1.2 it raises an "
            "error that is an :exc:`AttributeError` and a :exc:`NotImplementedError`.",
            why="TLS 1.3 can end one direction and leave the other open.",
            guarantee="G6",
        ),
        Difference(
            what="Failed TLS",
            theirs=":exc:`trio.BrokenResourceError`, caused by an :exc:`ssl.SSLError`. The peer is told nothing.",
            ours="An error that is both, and still has that cause. The peer is sent the alert.",
            why="Either side's error says what was wrong.",
            guarantee="G9",
        ),
        Difference(
            what="``unwrap()`` of a peer that says nothing",
            theirs="Waits without a limit.",
            ours="Raises :exc:`TimeoutError` after 30 seconds; ``timeout=None`` waits without one. Calling it again "
            "goes on.",
            why="A peer that says nothing holds nobody up.",
            guarantee="G15",
        ),
        Difference(
            what="``unwrap()`` that meets application data",
            theirs=":exc:`trio.BrokenResourceError`; the data is lost.",
            ours=":exc:`anyio_tls.trio.UnexpectedDataError`; the data can be received.",
            why="What the peer has sent is delivered.",
            guarantee="G8",
        ),
        Difference(
            what="A handshake that does not end",
            theirs="Has no limit.",
            ours="The functions for TCP and the listeners limit it to 30 seconds (``handshake_timeout``), after which "
            "it raises :exc:`anyio_tls.trio.HandshakeTimeoutError`.",
            why="A peer that says nothing holds nobody up.",
            guarantee="G15",
        ),
        Difference(
            what="A peer that asks for renegotiation (TLS 1.2)",
            theirs="Gets it.",
            ours=":exc:`~anyio_tls.trio.TLSError`.",
            why="It has been attacked time and again, and TLS 1.3 has none.",
            guarantee="G15",
            tests={
                "test_renegotiation_simple[*]": "the peer asks for renegotiation",
                "test_renegotiation_randomized[*]": "the peer asks for renegotiation",
            },
        ),
        Difference(
            what="``tls-unique`` on TLS 1.3",
            theirs="Bytes without a meaning.",
            ours=":exc:`ValueError`. Use ``tls-server-end-point``.",
            why="An authentication that is bound to them is bound to nothing (RFC 8446 appendix C.5).",
            guarantee="G15",
            tests={"test_get_channel_binding_after_handshake[tls13]": "tls-unique is not defined for TLS 1.3"},
        ),
        Difference(
            what="A host name for a server",
            theirs="Overlooked, or a :exc:`ValueError` with the newest versions of Python.",
            ours=":exc:`ValueError`.",
            why="The same program does the same everywhere.",
        ),
        Difference(
            what="``isinstance(stream, trio.SSLStream)``",
            theirs="True.",
            ours="False. Libraries that ask this question have to learn the new name.",
            why="It is another class.",
        ),
    ],
}
