"""What a certificate store knows at a time: which context is for which name."""

from __future__ import annotations

import ssl
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ._credentials import Credentials, Pair, Trust

if TYPE_CHECKING:
    from ._chains import Lifetime

__all__ = ["Group", "Snapshot", "find", "group_by_name", "wildcard_of"]

Group: TypeAlias = "tuple[Credentials, ...]"


def wildcard_of(name: str) -> str:
    """What covers a name: a wildcard stands for one label, the first (RFC 9525 section 6.3)."""
    return f"*.{name.partition('.')[2]}"


def group_by_name(certificates: Iterable[Credentials]) -> dict[str, Group]:
    """The certificates for each name, one for each type of key: the first with the exact name, or else the first
    wildcard."""
    holders = defaultdict[str, "list[Credentials]"](list)
    for certificate in certificates:
        for name in certificate.chain.names:
            holders[name].append(certificate)
    groups = {}
    for name in holders:
        by_type: dict[str, Credentials] = {}
        for certificate in (*holders[name], *holders.get(wildcard_of(name), ())):
            by_type.setdefault(certificate.chain.key_type, certificate)
        groups[name] = tuple(by_type.values())
    return groups


def find(table: Mapping[str, ssl.SSLContext], name: str) -> ssl.SSLContext | None:
    return table.get(name) or table.get(wildcard_of(name))


@dataclass(frozen=True)
class Snapshot:
    """It never changes: see the theory in ``_certificates.py``."""

    certificates: Mapping[Pair, Credentials] = field(default_factory=dict)
    trust: Trust | None = None
    contexts: Mapping[Group, ssl.SSLContext] = field(default_factory=dict)
    table: Mapping[str, ssl.SSLContext] = field(default_factory=dict)
    default: ssl.SSLContext | None = None

    def find(self, name: str | None) -> ssl.SSLContext | None:
        return (find(self.table, name) if name else None) or self.default

    def lifetimes(self) -> Iterator[tuple[str, Lifetime]]:
        """Of all that was read, with words for what it is."""
        yield from ((pair.paths[0], certificate.chain.lifetime) for pair, certificate in self.certificates.items())
        yield from () if self.trust is None else self.trust.lifetimes
