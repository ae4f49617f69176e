"""Makes tables of how other people's implementations behave, from what ``tests/observe_peers.py`` has observed.

Every word that tells implementations apart comes from an observation. What is the same in both roles is told once.
This module knows nothing of Sphinx: the tests make tables with it too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, Final, TypeAlias

__all__ = ["TABLES", "header", "table", "whole"]

Seen: TypeAlias = dict[str, Any]
"""What was seen of one implementation in one role."""

Cell: TypeAlias = Callable[[Seen], str]

BACKENDS: Final = {"asyncio": "asyncio", "uvloop": "uvloop", "trio": "Trio"}

# Characters of a library's own words that are enough to recognise them by.
ENOUGH: Final = 90

NOTHING: Final = ""


def number(value: int) -> str:
    return f"{value:,}"


def quoted(words: str) -> str:
    """What a program has said, as text in which nothing is markup."""
    text = textwrap.shorten(re.sub(r"\b[0-9a-fA-F]{12,}\b:?|\(_ssl\.c:\d+\)", "", words), ENOUGH, placeholder=" ...")
    return "“" + re.sub(r"([*`|\\]|_(?!\w))", r"\\\1", text) + "”"


def part(count: int, of: int) -> str:
    return "all" if count == of else f"{number(count)} of {number(of)}"


def whole(echo: Seen) -> bool:
    """Whether all that was sent has arrived, and come back as it was."""
    return bool(echo["whole"] and echo["sent"] == echo["arrived"] == echo["came back"])


# ---- cells ----


def version(seen: Seen) -> str:
    traits = seen["traits"]
    library = re.sub(r"([0-9a-f]{12})[0-9a-f]{28}", r"\1", traits["version"])
    return f"{library}, {traits['TLS'].replace('v', ' ')}"


def transfers(seen: Seen) -> str:
    words: dict[str, list[str]] = {}
    for backend, echo in seen["echo"].items():
        end = "" if echo["end"] == "close_notify" else f", then {echo['end'].removeprefix('no alert: ')}"
        what = "whole" if whole(echo) else f"{number(echo['arrived'])} arrived, {number(echo['came back'])} came back"
        words.setdefault(what + end, []).append(BACKENDS[backend])
    return "; ".join(f"{what} on {', '.join(backends)}" for what, backends in words.items())


def half_close(seen: Seen) -> str:
    observed = seen["half_close"]
    if not observed:
        return NOTHING
    ways = [observed, *([observed["otherwise"]] if "otherwise" in observed else [])]
    return ", or ".join(sorted(f"{part(way['came'], observed['of'])}, then {way['end']}" for way in ways))


def half_close_words(seen: Seen) -> str:
    observed = seen["half_close"]
    return quoted(observed["says"]) if "says" in observed else NOTHING


def file_half_close(seen: Seen) -> str:
    observed = seen["file_half_close"]
    if not observed:
        return NOTHING
    of = f"of {observed['runs']} times"
    return f"{observed['whole']} {of}, and with close_notify {observed['clean']} {of}"


def least_of_file(seen: Seen) -> str:
    observed = seen["file_half_close"]
    if not observed:
        return NOTHING
    return f"{part(observed['least'], observed['of'])}, then {observed['end'].removeprefix('no alert: ')}"


def their_half_close(seen: Seen) -> str:
    observed = seen["their_half_close"]
    if not observed:
        return NOTHING
    end = observed["end"].removeprefix("no alert: ")
    return f"behind its {end}, {part(observed['arrived'], observed['of'])}"


def their_half_close_words(seen: Seen) -> str:
    observed = seen["their_half_close"]
    return quoted(observed["says"]) if observed else NOTHING


def end_called(kind: str) -> Cell:
    return lambda seen: quoted(seen["ends"][kind].partition(", then ")[0]) if seen["ends"] else NOTHING


def is_told(seen: Seen) -> str:
    if not seen["ends"]:
        return NOTHING
    truncated, clean = (seen["ends"][kind].partition(", then ")[0] for kind in ("truncated", "close_notify"))
    return yes(truncated != clean)


def tickets(seen: Seen) -> str:
    if "tickets" not in seen["tickets"]:
        return NOTHING
    kinds = groupby(seen["tickets"]["tickets"], lambda ticket: (ticket["size"], ticket["when"]))
    words = [f"{len([*group])} of {number(size)} bytes, {when}" for (size, when), group in kinds]
    return "; ".join(words) or "none"


def key_update(seen: Seen) -> str:
    observed = seen["key_update"]
    if not observed:
        return NOTHING
    if observed["whole"]:
        return str(observed["answer"])
    return f"{observed['answer']}, and the connection ends: {quoted(observed['says'])}"


def unasked_key_update(seen: Seen) -> str:
    observed = seen["unasked_key_update"]
    if not observed:
        return NOTHING
    behind = f"behind {number(observed['update behind'])} records" if "update behind" in observed else "none"
    return f"{behind} with {observed['cipher']}, {part(observed['came'], observed['of'])} of the data came"


def asked_later(seen: Seen) -> str:
    observed = seen["asked_later"]
    if not observed:
        return NOTHING
    words = {"EXTENSION_NOT_RECEIVED": "cannot be asked"}.get(observed["answer"], observed["answer"])
    return words if observed["whole"] else f"{words}, and the data is not whole"


def asks_later(seen: Seen) -> str:
    observed = seen["asks_later"]
    if not observed:
        return NOTHING
    words = [
        "asks" if observed["asks"] else "does not ask",
        "the data is whole" if observed["whole"] else "data is lost",
    ]
    return ", ".join([*words, *([quoted(observed["says"])] if "says" in observed else [])])


def refusal(shown: str, what: str) -> Cell:
    def cell(seen: Seen) -> str:
        observed = seen["refused_by_peer"].get(shown)
        if observed is None:
            return NOTHING
        if observed.get("accepted"):
            return "it accepts"
        if what == "says":
            return quoted(observed["says"])
        after = " after the handshake" if observed["handshake"] == "succeeds" else ""
        answer = f"“{observed['answer']}” and " if "answer" in observed else ""
        return answer + observed["alert"].partition(":")[0] + after

    return cell


def our_alert(seen: Seen) -> str:
    observed = seen["refused_by_us"]
    return f"{observed['sent']}{', in plain text' * observed['in plain text']}" if observed else NOTHING


def of_our_alert(seen: Seen) -> str:
    observed = seen["refused_by_us"]
    return quoted(observed["says"]) if observed else NOTHING


def trait(describe: Callable[[Seen], str]) -> Cell:
    return lambda seen: describe(seen["traits"])


def change_cipher_spec(seen: Seen) -> str:
    observed = seen["traits"].get("change_cipher_spec")
    return NOTHING if observed is None else yes(observed)


def of_hello(describe: Callable[[Seen], str]) -> Cell:
    def cell(seen: Seen) -> str:
        hello = seen["traits"].get("hello")
        return describe(hello) if hello else NOTHING

    return cell


def yes(value: bool) -> str:
    return "yes" if value else "no"


# ---- tables ----

# Headings, and what stands below them.
TABLES: Final[dict[str, list[tuple[str, Cell]]]] = {
    "transfers": [("Version", version), ("A megabyte there and back", transfers)],
    "half-close": [("What comes", half_close), ("What it reports", half_close_words)],
    "file-half-close": [("All of it comes", file_half_close), ("The least that came", least_of_file)],
    "their-half-close": [("What arrives", their_half_close), ("What it reports", their_half_close_words)],
    "ends": [
        ("At close_notify it reports", end_called("close_notify")),
        ("Without, it reports", end_called("truncated")),
        ("Can it be told?", is_told),
    ],
    "tickets": [("Tickets", tickets)],
    "key-updates": [("Its own KeyUpdate comes", key_update), ("Unasked", unasked_key_update)],
    "refusals": [
        ("A stranger's certificate", refusal("stranger's", "alert")),
        ("No certificate", refusal("none", "alert")),
        ("What it reports of a stranger's", refusal("stranger's", "says")),
    ],
    "our-alert": [("We send", our_alert), ("What it reports", of_our_alert)],
    "asked-later": [
        ("Offers it as a client", of_hello(lambda hello: yes(hello["post-handshake authentication"]))),
        ("When we ask", asked_later),
        ("When it is to ask us", asks_later),
    ],
    "records": [
        ("Longest record", trait(lambda traits: number(traits["largest record"]))),
        ("The first long ones", trait(lambda traits: ", ".join(map(number, traits["first large records"])))),
        ("change_cipher_spec", change_cipher_spec),
    ],
    "hellos": [
        ("Bytes", of_hello(lambda hello: number(hello["size"]))),
        ("Key shares", of_hello(lambda hello: ", ".join(hello["key shares"]) or "none")),
        ("Hellos until we agreed", of_hello(lambda hello: str(hello["hellos"]))),
    ],
}


def table(name: str, observed: Seen) -> list[list[str]]:
    """The rows of a table as reStructuredText, that of the headings first."""
    columns = TABLES[name]
    rows = [["\\", *(heading for heading, _ in columns)]]
    for peer, roles in sorted(observed["peers"].items(), key=lambda item: item[0].casefold()):
        cells = [in_both_roles({role: cell(seen) for role, seen in roles.items()}) for _, cell in columns]
        if any(cells):
            rows.append([peer, *(cell or "\\" for cell in cells)])
    return rows


def in_both_roles(words: dict[str, str]) -> str:
    said = {role: text for role, text in words.items() if text}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "")
    return "; ".join(f"as a {role}: {text}" for role, text in said.items())


def header(observed: Seen) -> Iterator[str]:
    """When and with what this was observed, and what could not be had."""
    versions = ", ".join(f"{name} {version.removeprefix('OpenSSL ')}" for name, version in observed["versions"].items())
    yield f"Observed on {observed['date']} with {versions}."
    for name, reason in observed["skipped"].items():
        yield f"{name} is missing: {reason}."
