"""Event loops that can take the place of asyncio's own (``--loop NAME``), and what is known to fail on them."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import anyio

from anyio_tls._selector_thread import selector_thread

__all__ = ["FAULTS", "LEAVE_DESCRIPTORS", "LOOPS", "WithoutAddReader", "fault", "new_event_loop", "warm_up"]


def for_asyncio_only(method: Callable[..., Any]) -> Any:
    def call(*args: Any) -> Any:
        if not sys._getframe(1).f_globals["__name__"].startswith("asyncio."):
            raise NotImplementedError
        return method(*args)

    return call


class WithoutAddReader(asyncio.SelectorEventLoop):
    """Has no reader registration (``add_reader()``), like asyncio's default on Windows."""

    add_reader = for_asyncio_only(asyncio.SelectorEventLoop.add_reader)
    remove_reader = for_asyncio_only(asyncio.SelectorEventLoop.remove_reader)
    add_writer = for_asyncio_only(asyncio.SelectorEventLoop.add_writer)
    remove_writer = for_asyncio_only(asyncio.SelectorEventLoop.remove_writer)


# By the package that has to be installed.
LOOPS = {"without-add-reader": "asyncio", "rloop": "rloop", "zuvloop": "zuvloop"}


def new_event_loop(name: str) -> asyncio.AbstractEventLoop:
    """Make an event loop of the kind."""
    if name == "without-add-reader":
        return WithoutAddReader()
    loop: asyncio.AbstractEventLoop = import_module(name).new_event_loop()
    return loop


def warm_up() -> None:
    """Open what stays open from its first use on: libuv's pipe for signals, the sockets that wake threads."""
    for name in ("uvloop", "zuvloop"):
        if find_spec(name):
            import_module(name).new_event_loop().close()
    with socket.socket() as sock:
        for wait in (anyio.wait_writable, selector_thread().wait_writable):
            anyio.run(wait, sock, backend_options={"loop_factory": WithoutAddReader})


_NOT_WATCHED = "it watches no sockets, which is what the test is about"
_NO_END = "closed, its transports leave their sockets open: the peer sees no end"
_LATE = "it looks for what is ready less often than the test waits for"
_FORGOTTEN = "it neither closes a transport that is forgotten nor warns of it"
_ENDLESS = "call_later(math.inf) is due at once, and so is anyio.sleep_forever()"
_OUT_OF_REACH = "only the event loop may use the sockets of AnyIO's TCP streams, and TLS does not"
_NO_SERVER = "connect_accepted_socket() is missing, which AnyIO's listeners need"
_NO_RESET = "it does not notice a reset while it has something to send"
_NUMBERS_ONLY = "it takes descriptors by their numbers only, and no socket objects"

# By event loop, prefixes of the names of tests that fail on it, and why. These faults are the event loop's.
FAULTS = {
    "without-add-reader": {
        "test_nothing_is_lost_below_tls_that_ends[asyncio-unix]": "AnyIO's UNIX streams need it to watch them",
        "test_watching_goes_on_while_somebody_waits_for_all_that_comes": _NOT_WATCHED,
        "test_what_nobody_waits_for_is_received_ahead": _NOT_WATCHED,
        "test_no_more_is_received_ahead_than_there_is_room_for": _NOT_WATCHED,
        "test_room_is_what_the_last_receive_left": _NOT_WATCHED,
        "test_what_came_for_a_cancelled_task_is_the_next_ones": _NOT_WATCHED,
        "test_a_task_is_cancelled_as_the_socket_fails": _NOT_WATCHED,
        "test_what_came_after_it_stays_behind_it": _NOT_WATCHED,
        "test_closing_ends_the_watch": _NOT_WATCHED,
        "test_socket_closed_by_somebody_while_a_task_is_being_woken": _NOT_WATCHED,
        "test_unwrapped_socket_is_not_watched": _NOT_WATCHED,
        "test_send_to_a_peer_that_does_not_read[asyncio-TLS1.2-anyio-tcp]": _OUT_OF_REACH,
        "test_send_to_a_peer_that_does_not_read[asyncio-TLS1.3-anyio-tcp]": _OUT_OF_REACH,
        "test_the_stream_below_fails_with_what_it_has_still_to_send": _OUT_OF_REACH,
        "test_the_event_loop_closes_the_socket_while_somebody_waits": _OUT_OF_REACH,
        "test_wrap_without_a_descriptor_to_wait_with": _OUT_OF_REACH,
        "test_what_is_undelivered[asyncio-anyio-tcp]": _OUT_OF_REACH,
        "test_transport_for_anyios_sockets": _OUT_OF_REACH,
        "test_transports_send_away_who_waits[asyncio-aclose-anyio-tcp]": _OUT_OF_REACH,
        "test_what_anyio_has_read_comes_first": _OUT_OF_REACH,
        "test_over_a_busy_stream": _OUT_OF_REACH,
        "test_no_more_is_copied_than_is_taken": _OUT_OF_REACH,
    },
    "rloop": {
        "test_an_event_loop_closes_what_it_opened": "closed, it leaves its own descriptors open",
        "test_what_a_handler_leaves_open[asyncio-cancelled]": _NO_END,
        "test_unwrap_returns_what_follows[asyncio-TLS1.2-anyio-tcp]": _NO_END,
        "test_unwrap_returns_what_follows[asyncio-TLS1.3-anyio-tcp]": _NO_END,
        "test_last_words_survive_unread_input[asyncio-TLS1.2-0-anyio-tcp]": _NO_END,
        "test_last_words_survive_unread_input[asyncio-TLS1.3-0-anyio-tcp]": _NO_END,
        "test_the_event_loop_closes_the_socket_while_somebody_waits": _NO_END,
        "test_closing_without_a_descriptor_to_wait_with": _NO_END,
        "test_an_error_that_is_kept_keeps_no_descriptor[asyncio-anyio-tcp]": _NO_END,
        "test_wrapping_a_closed_stream[asyncio-anyio-tcp]": _NO_END,
        "test_the_owner_closes_the_stream_below[asyncio-anyio-tcp]": _NO_END,
        "test_nothing_else_is_closed[asyncio-anyio-tcp]": _NO_END,
        "test_the_event_loop_closes_a_socket_that_has_failed": _NO_END,
        "test_wrap_without_a_descriptor_to_wait_with": _NO_END,
        "test_a_forgotten_stream_is_closed[asyncio-anyio-tcp]": _FORGOTTEN,
        "test_an_exact_sender_is_believed": _ENDLESS,
        "test_interrupted": _ENDLESS,
        "test_who_was_interrupted_leaves_first": _ENDLESS,
        "test_nothing_is_lost_below_tls_that_ends[asyncio-unix]": _NUMBERS_ONLY,
        "test_closing_ends_the_watch": _NUMBERS_ONLY,
        "test_the_stream_below_fails_with_what_it_has_still_to_send": _NO_RESET,
        "test_the_stream_below_fails_before_the_handshake": _NO_RESET,
        "test_over_a_busy_stream": _NO_SERVER,
        "test_over_a_stream_whose_peer_has_gone": _NO_SERVER,
        "test_what_windows_does_not_tell": _NO_SERVER,
        "test_no_more_is_copied_than_is_taken": _NO_SERVER,
        "test_over_a_foreign_socket_listener": _NO_SERVER,
        "test_shutdown_over_a_listener_with_a_task_group": _NO_SERVER,
        "test_goodbye_over_streams_that_are_not_sockets": _NO_SERVER,
        "test_closed_while_a_goodbye_waits": _NO_SERVER,
        "test_goodbye_through_two_layers": _NO_SERVER,
        "test_streams_whose_close_fails": _NO_SERVER,
        "test_what_nobody_waits_for_is_received_ahead": _LATE,
        "test_no_more_is_received_ahead_than_there_is_room_for": _LATE,
        "test_room_is_what_the_last_receive_left": _LATE,
    },
    "zuvloop": {
        "test_over_a_busy_stream[send": "it says a turn too late that its buffer is full, so send() does not wait",
        "test_a_forgotten_stream_is_closed[asyncio-anyio-tcp]": _FORGOTTEN,
    },
}

# Whose transports and loops leave descriptors open, so that no test can be asked for them.
LEAVE_DESCRIPTORS = {"rloop"}


def fault(loop: str, test: str) -> str | None:
    """Why a test is known to fail on an event loop."""
    return next((why for beginning, why in FAULTS.get(loop, {}).items() if test.startswith(beginning)), None)
