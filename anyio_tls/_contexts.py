"""TLS contexts: the default one, and engines on contexts of any kind.

Theory of operation
===================

**The default context** is made once for each process, for the first connection that brings none, and all later ones
share it. Loading the system's authorities takes as long as dozens of handshakes, and as much memory as dozens of
connections. So it happens once, in a worker thread.

**A foreign context** is one whose ``wrap_bio()`` is neither :mod:`ssl`'s nor ours. It may read files, ask the operating
system, or begin the handshake at once. Hence

* it runs in a worker thread, so that it does not block the event loop;
* for each context one call runs at a time, since few are thread-safe (truststore's changes the OpenSSL context that all
  of its connections share). The others wait in the event loop, not in a thread;
* its threads do not count against AnyIO's default limiter. All threads of that one may be occupied by callers who wait
  for this very connection;
* its engine has a workspace of its own. The one that the other engines share must not be touched from a thread. And
  since an SSLObject cannot change its BIOs, this engine keeps that workspace.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final, Generic, TypeVar, final

import anyio
from anyio import to_thread
from anyio.lowlevel import RunVar

from ._arguments import as_hostname, check_context
from ._engine import SSLContextLike, TLSEngine, Workspace
from ._event_loop import event_loop
from ._locks import forgets_in_forks

__all__ = [
    "checked_hostname",
    "client_context",
    "default_client_context",
    "enter_context",
    "is_foreign",
    "make_engine",
    "make_engine_off_loop",
    "server_context",
    "workspace_of_event_loop",
]

T = TypeVar("T")
LockT = TypeVar("LockT")

THREADS: Final = 40
"""Worker threads of an event loop that contexts can have at the same time: as many as AnyIO has for everything else."""


# ---- one at a time ----


@final
class _Turns(Generic[LockT]):
    """A lock for each context, which exists while a task holds it or waits for it.

    Contexts are compared by identity: they need be neither hashable nor weakly referenceable.
    """

    def __init__(self, make_lock: Callable[[], LockT]) -> None:
        self._make_lock = make_lock
        self.forget()
        forgets_in_forks(self)

    def forget(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[int, tuple[LockT, list[None]]] = {}

    @contextmanager
    def lock_of(self, context: object) -> Iterator[LockT]:
        with self._guard:
            lock, users = self._locks.setdefault(id(context), (self._make_lock(), []))
            users.append(None)
        try:
            yield lock
        finally:
            with self._guard:
                users.pop()
                if not users:
                    del self._locks[id(context)]


@final
class _Threads:
    """The worker threads of an event loop in which contexts may block."""

    def __init__(self) -> None:
        self.limiter = anyio.CapacityLimiter(THREADS)
        self.turns = _Turns(anyio.Lock)


_turns: Final = _Turns(threading.RLock)  # among the threads of the process: event loops may share a context
_threads: Final = RunVar[_Threads]("anyio_tls contexts")


async def _run_in_thread(context: object, call: Callable[[], T]) -> T:
    try:
        threads = _threads.get()
    except LookupError:
        threads = _Threads()
        _threads.set(threads)
    with threads.turns.lock_of(context) as turn:
        async with turn:
            return await to_thread.run_sync(call, limiter=threads.limiter)


# ---- the default contexts ----


def _secure_context(purpose: ssl.Purpose) -> ssl.SSLContext:
    context = ssl.create_default_context(purpose)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    # Python sets it; the engine does not need it cleared, but other users of the context do.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    return context


def server_context() -> ssl.SSLContext:
    """A new context for a server, still without a certificate: TLS 1.2 at least, and clients need none."""
    return _secure_context(ssl.Purpose.CLIENT_AUTH)


@cache
def _default_client_context() -> ssl.SSLContext:
    return _secure_context(ssl.Purpose.SERVER_AUTH)


def default_client_context() -> ssl.SSLContext:
    """The context of clients that bring none: TLS 1.2 at least, the system's authorities, host names checked.

    The first call makes it, and blocks for as long as that takes.
    """
    with _turns.lock_of(_default_client_context) as turn, turn:
        return _default_client_context()


async def client_context(ssl_context: SSLContextLike | None) -> SSLContextLike:
    """``ssl_context``, or the default one, which is completed even if this call is cancelled."""
    if ssl_context is not None:
        return ssl_context
    if not _default_client_context.cache_info().currsize:
        await _run_in_thread(_default_client_context, default_client_context)
    return _default_client_context()


# ---- engines ----


_KNOWN_MODULES: Final = {"ssl", f"{__package__}.pyopenssl"}
"""Modules of the contexts whose ``wrap_bio()`` neither blocks nor writes."""


def is_foreign(context: SSLContextLike) -> bool:
    """Whether its ``wrap_bio()`` may block, or write."""
    # By name, since the class itself may be replaced (truststore.inject_into_ssl() does so). A subclass that does not
    # override wrap_bio() counts as ssl's own, and so does an instance with an argument bound to it.
    wrap_bio = getattr(type(context), "wrap_bio", None)
    return getattr(wrap_bio, "__module__", None) not in _KNOWN_MODULES


def workspace_of_event_loop() -> Workspace:
    """The workspace that the engines of the running event loop share; without an event loop, a new one."""
    return event_loop().workspace


def make_engine(context: SSLContextLike, workspace: Workspace, **arguments: Any) -> TLSEngine:
    """An engine on a context of any kind, made at once.

    :param workspace: that of the event loop
    :param arguments: the others of :class:`TLSEngine`
    """
    if is_foreign(context):
        return _make_foreign_engine(context, **arguments)
    return TLSEngine(context, workspace=workspace, **arguments)


def _make_foreign_engine(context: SSLContextLike, **arguments: Any) -> TLSEngine:
    with _turns.lock_of(context) as turn, turn:
        return TLSEngine(context, **arguments)


async def make_engine_off_loop(ssl_context: SSLContextLike | None, workspace: Workspace, **arguments: Any) -> TLSEngine:
    """As :func:`make_engine`, but what may block does so in a worker thread.

    If cancelled, it waits for a thread that is running, and drops its result.

    :param ssl_context: by default a client's
    """
    context = await client_context(None) if ssl_context is None else ssl_context
    if not is_foreign(context):
        return TLSEngine(context, workspace=workspace, **arguments)
    return await _run_in_thread(context, partial(_make_foreign_engine, context, **arguments))


async def enter_context(engine: TLSEngine, context: SSLContextLike) -> None:
    """Give a server's engine its context, off the event loop if it may block."""
    if is_foreign(context):
        await _run_in_thread(context, partial(_enter_foreign_context, engine, context))
    else:
        engine.enter(context, workspace=workspace_of_event_loop())


def _enter_foreign_context(engine: TLSEngine, context: SSLContextLike) -> None:
    with _turns.lock_of(context) as turn, turn:
        engine.enter(context)


# ---- sessions ----


def checked_hostname(
    argument: str,
    hostname: str | bytes | None,
    ssl_context: SSLContextLike | None,
    session: ssl.SSLSession | None,
    *,
    server_side: bool,
    has_default: bool = False,
) -> str | None:
    """The host name as it is sent and checked, once the context and the session have been found to fit it.

    :param argument: the face's name for the host name
    :param has_default: see :func:`check_context`
    :raises TypeError: see :func:`as_hostname`, :func:`check_context` and :func:`check_session`
    :raises ValueError: see there
    """
    name = as_hostname(argument, hostname)
    check_context(
        ssl_context, server_side=server_side, server_hostname=name, hostname_argument=argument, has_default=has_default
    )
    check_session(session, ssl_context, server_side=server_side, server_hostname=name)
    return name


def check_session(
    session: Any, ssl_context: SSLContextLike | None, *, server_side: bool, server_hostname: str | None
) -> None:
    """Refuse a session that this side cannot resume with this context.

    :param ssl_context: one that is good for this side, by default a client's
    :raises TypeError: if it is no session. A foreign context may have sessions of its own: ``session_class`` tells.
    :raises ValueError: if it is another context's, or this side is a server's. With a foreign context this is found out
        only when the session is set.
    """
    if session is None:
        return
    wanted = getattr(ssl_context, "session_class", ssl.SSLSession)
    if not isinstance(session, wanted):
        name = f"{wanted.__module__.lstrip('_')}.{wanted.__name__}"
        raise TypeError(f"session must be an {name}, not {type(session).__name__}")
    if server_side:
        raise ValueError("session is a client's: servers find the sessions of their clients by themselves")
    # A session of the default context comes from a connection that used it, so the context is loaded already.
    context = default_client_context() if ssl_context is None else ssl_context
    if not is_foreign(context):
        # Sessions do not tell which context they belong to, but this does.
        trial = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=server_hostname)
        try:
            trial.session = session
        except ValueError as exc:
            raise ValueError("session belongs to another ssl_context, and can be resumed only with its own") from exc
