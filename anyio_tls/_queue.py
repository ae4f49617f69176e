"""The queue of ciphertext that waits to be sent."""

from __future__ import annotations

from typing import final

__all__ = ["SendQueue"]


@final
class SendQueue:
    """Ciphertext in the order in which it is sent.

    Usually all of it is sent at once, so it is kept in one piece, as it came, and copied only if some of it remains
    when more comes.
    """

    __slots__ = ("_held", "data")

    def __init__(self, data: bytes = b"") -> None:
        self.data: bytes | memoryview = data
        self._held = b""

    def __len__(self) -> int:
        return len(self.data)

    def __bytes__(self) -> bytes:
        return bytes(self.data)

    def hold(self, data: bytes) -> None:
        """Hold ``data`` back until more is appended; it is sent in front of that."""
        self._held = data

    def append(self, data: bytes) -> None:
        if self._held:
            data = self._held + data
            self._held = b""
        self.data = b"".join((self.data, data)) if self.data else data

    def clear(self) -> None:
        self.data = b""

    def remove(self, count: int) -> None:
        """Take ``count`` bytes from the front, which have been sent."""
        self.data = memoryview(self.data)[count:] if count < len(self.data) else b""
