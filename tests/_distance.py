"""Two network namespaces with a slow and lossy link between them, for real TCP.

A place is a Linux network namespace without a name: it ends with the last descriptor and process in it, so that nothing
can be left behind, and any number of links may have the same addresses. Each has a TUN device, and a thread carries the
packets from one to the other. netem, which not every kernel has, is not needed.
"""

from __future__ import annotations

import ctypes
import os
import random
import select
import socket
import struct
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import anyio

__all__ = ["Link", "NoDistanceError", "Place", "distance"]

OWN_NAMESPACE = "/proc/thread-self/ns/net"
CLONE_NEWNET = 0x40000000  # linux/sched.h
TUN = "/dev/net/tun"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h

# What neither network knows another way to (RFC 5737).
NEAR, FAR = "192.0.2.1", "192.0.2.2"

# Bytes of a packet, as on Ethernet, and packets that wait until the thread gets to them: it is to lose none by itself.
MTU, QUEUE = 1500, 10_000


class NoDistanceError(Exception):
    """Why the machine does not allow it."""


def _call(name: str, *arguments: int) -> None:
    """Call a function of the C library that Python has only from 3.12 on."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        error = ctypes.get_errno()
        raise OSError(error, f"{name}(): {os.strerror(error)}")


@contextmanager
def _elsewhere(enter: str, *arguments: int) -> Iterator[None]:
    """Have this thread in another namespace, which a function of the C library enters."""
    home = os.open(OWN_NAMESPACE, os.O_RDONLY)
    try:
        _call(enter, *arguments)
        try:
            yield
        finally:
            _call("setns", home, CLONE_NEWNET)
    finally:
        os.close(home)


@dataclass(frozen=True)
class Place:
    """One end of a link.

    :ivar address: where who is in the other place finds this one
    :ivar namespace: its descriptor
    :ivar device: descriptor of what packets leave and arrive by
    """

    address: str
    namespace: int
    device: int

    @classmethod
    def make(cls, address: str, other: str, descriptors: ExitStack) -> Place:
        def keep(descriptor: int) -> int:
            descriptors.callback(os.close, descriptor)
            return descriptor

        with _elsewhere("unshare", CLONE_NEWNET):
            import fcntl  # not on every system

            namespace = keep(os.open(OWN_NAMESPACE, os.O_RDONLY))
            device = keep(os.open(TUN, os.O_RDWR))
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"tun0", IFF_TUN | IFF_NO_PI))
            commands = f"address add {address} peer {other} dev tun0\nlink set tun0 up mtu {MTU} txqueuelen {QUEUE}\n"
            subprocess.run(["ip", "-batch", "-"], input=commands, text=True, check=True)
        return cls(address, namespace, device)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets that are made and processes that are started meanwhile are here, wherever they are used. Nothing
        may be awaited meanwhile."""
        with _elsewhere("setns", self.namespace, CLONE_NEWNET):
            yield

    @property
    def command(self) -> list[str]:
        """What in front of a command makes it run here."""
        return ["nsenter", f"--net=/proc/{os.getpid()}/fd/{self.namespace}"]

    def listen(self) -> socket.socket:
        """A listening socket on a free port, non-blocking."""
        with self.entered():
            listener = socket.create_server((self.address, 0))
        _set_options(listener)
        return listener

    async def connect(self, address: tuple[str, int]) -> socket.socket:
        """A connected socket, non-blocking."""
        with self.entered():
            sock = socket.socket()
        try:
            _set_options(sock)
            sock.connect_ex(address)
            await anyio.wait_writable(sock)
            if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, os.strerror(error))
        except BaseException:
            sock.close()
            raise
        return sock


def _set_options(sock: socket.socket) -> None:
    sock.setblocking(False)
    # What most systems do about loss. Some are told to do otherwise.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")


class Link:
    """What lies between two places. Get one from :func:`distance`.

    :ivar lost: packets that did not arrive
    """

    def __init__(self, near: Place, far: Place, delay: float, loss: float, rng: random.Random) -> None:
        self.near = near
        self.far = far
        self.lost = 0
        self._delay = delay
        self._loss = loss
        # To each direction its own: how the two are interleaved is a matter of time.
        self._luck = {place.device: random.Random(rng.random()) for place in (near, far)}
        self._way = threading.Lock()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nothing arrives anywhere: an operation that completes meanwhile has not waited for the peer."""
        with self._way:
            yield

    def carry(self, end: int) -> None:
        """Carry packets until there is something to read from a descriptor."""
        across = {self.near.device: self.far.device, self.far.device: self.near.device}
        flying: deque[tuple[float, int, bytes]] = deque()
        while True:
            wait = max(0.0, flying[0][0] - time.monotonic()) if flying else None
            readable, _, _ = select.select([*across, end], [], [], wait)
            if end in readable:
                return
            for device in readable:
                packet = os.read(device, MTU)
                if packet[0] >> 4 != 4:
                    continue  # IPv6 looks for neighbours
                if self._luck[device].random() < self._loss:
                    self.lost += 1
                else:
                    flying.append((time.monotonic() + self._delay, across[device], packet))
            while flying and flying[0][0] <= time.monotonic():
                _, device, packet = flying.popleft()
                with self._way:
                    os.write(device, packet)


@contextmanager
def distance(*, delay: float = 0.025, loss: float = 0.0, rng: random.Random) -> Iterator[Link]:
    """Make a link for as long as the block runs. It needs root, /dev/net/tun, and the programs ip and nsenter.

    :param delay: from one place to the other (seconds)
    :param loss: which part of the packets does not arrive
    :param rng: decides which ones
    :raises NoDistanceError: if this machine does not allow it
    """
    with ExitStack() as descriptors:
        try:
            near, far = Place.make(NEAR, FAR, descriptors), Place.make(FAR, NEAR, descriptors)
            end = os.eventfd(0)
        except OSError as exc:
            raise NoDistanceError(f"no link of real distance on this machine: {exc}") from exc
        descriptors.callback(os.close, end)
        link = Link(near, far, delay, loss, rng)
        carrier = threading.Thread(target=link.carry, args=(end,))
        carrier.start()
        try:
            yield link
        finally:
            os.eventfd_write(end, 1)
            carrier.join()
