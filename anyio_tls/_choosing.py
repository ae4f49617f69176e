"""A server's context: one for all clients, or chosen for each by its ClientHello."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, final

from ._arguments import check_context
from ._contexts import enter_context, is_foreign
from ._engine import SSLContextLike, TLSEngine
from ._errors import ALERT_CODES, ErrorClasses, TLSError
from ._hello import ClientHello

__all__ = ["ContextChooser", "Refusal", "check_server_context", "choose_context"]


@final
@dataclass(frozen=True, slots=True)
class Refusal:
    """What a function that chooses contexts returns to refuse a client.

    :param alert: what the client is told, by the name that the alert has in RFC 8446 section 6
    :raises TypeError: if it is not a string
    :raises ValueError: if there is no such alert
    """

    alert: str = "unrecognized_name"

    def __post_init__(self) -> None:
        if not isinstance(self.alert, str):
            raise TypeError(f"alert must be a str, not {type(self.alert).__name__}")
        if self.alert not in ALERT_CODES:
            raise ValueError(f"alert {self.alert!r} is not the name of one (RFC 8446 section 6)")


Choice: TypeAlias = SSLContextLike | Refusal | None

ContextChooser: TypeAlias = Callable[[ClientHello], Choice | Awaitable[Choice]]
"""A plain or async function that chooses the context for a client."""

_REFUSAL: Final = Refusal()


def check_server_context(
    ssl_context: Any, *, hostname_argument: str
) -> tuple[SSLContextLike | None, ContextChooser | None]:
    """Check a context, or a function that chooses one; return one of the two.

    A context that may block is returned as a function: chosen, it is entered within the time limit of the handshake.

    :raises TypeError: if it is neither
    :raises ValueError: if the context is a client's
    """
    if callable(ssl_context) and not hasattr(ssl_context, "wrap_bio"):
        return None, ssl_context
    check_context(ssl_context, server_side=True, server_hostname=None, hostname_argument=hostname_argument)
    if is_foreign(ssl_context):
        return None, lambda _client_hello: ssl_context
    return ssl_context, None


async def choose_context(
    choose: ContextChooser, hello: ClientHello, engine: TLSEngine, errors: ErrorClasses
) -> TLSError | None:
    """Give an engine the context that is chosen for its client; return the error if the client is refused.

    :raises Exception: what the function raises, a :exc:`TLSError` of a connection of its own among it, or an error
        about what it returned
    """
    choice: Any = choose(hello)
    if inspect.isawaitable(choice):
        choice = await choice
    if choice is None or isinstance(choice, Refusal):
        alert = (choice or _REFUSAL).alert
        name = f" for {hello.server_name}" if hello.server_name else ""
        return errors.handshake(
            f"TLS handshake failed: there is no context{name} (alert {alert} sent)", phase="handshake", alert=alert
        )
    check_context(choice, server_side=True, server_hostname=None, hostname_argument="hostname")
    await enter_context(engine, choice)
    return None
