"""TLS by s_client and s_server of OpenSSL, for one connection. See README.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from obedience import obey

# Behind its last words about the handshake, s_server prints the data, and behind that one of these.
LAST_WORDS = re.compile(rb"(?:Secure Renegotiation IS[^\n]* supported|This TLS version forbids renegotiation\.)\n")
END = re.compile(rb"DONE\n|ERROR\n")


class OpenSSLError(Exception):
    """What they say of an error."""


class Connection:
    """What is typed is sent, and the end of that closes both directions."""

    def __init__(self, *options: str) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(["openssl", *options], bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.stdin, self.stdout, self.stderr = self.process.stdin, self.process.stdout, self.process.stderr
        self.printed = b""
        self.ended = False

    def listen(self) -> bytes:
        piece = os.read(self.stdout.fileno(), 65536)
        self.printed += piece.replace(b"Read BLOCK\n", b"")
        return piece

    def skip(self, pattern: re.Pattern[bytes]) -> re.Match[bytes]:
        """Drop what comes in front of some words, and these."""
        while not (found := pattern.search(self.printed)):
            if not self.listen():
                raise OpenSSLError(self.words())
        self.printed = self.printed[found.end() :]
        return found

    def words(self) -> str:
        """Its last words about an error."""
        errors = [line for line in self.stderr.read().decode().splitlines() if "error:" in line]
        return errors[-1].partition("error:")[2].partition(":../")[0] if errors else ""

    def read(self) -> bytes:
        while not self.printed and not self.ended:
            self.ended = not self.listen()
        if end := END.search(self.printed):
            data, self.printed, self.ended = self.printed[: end.start()], b"", True
        else:
            data, self.printed = self.printed, b""
        if not data and (words := self.words()):
            raise OpenSSLError(words)
        return data

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self.stdin.write(rest) :]

    def end(self) -> None:
        raise NotImplementedError("it has no call for that")

    def close(self) -> None:
        self.stdin.close()
        self.process.wait()


def main() -> None:
    role, directory, *arguments = sys.argv[1:]
    version = subprocess.run(["openssl", "version"], check=True, capture_output=True, text=True).stdout
    print("version", " ".join(version.split()[:2]), flush=True)
    verifying = ["-CAfile", f"{directory}/ca.pem", "-verify_return_error"]
    if role == "client":
        where = ["-connect", f"127.0.0.1:{arguments[0]}", "-servername", "localhost"]
        connection = Connection("s_client", *where, "-quiet", "-no_ign_eof", *verifying)
        connection.write(b"request\n")
    else:
        demand = ["-Verify", "1", *verifying] if arguments[0] == "demands" else []
        own = ["-cert", f"{directory}/both.pem"]
        connection = Connection("s_server", "-accept", "127.0.0.1:0", "-naccept", "1", *own, *demand)
        print("port", connection.skip(re.compile(rb"ACCEPT .*:(\d+)\n"))[1].decode(), flush=True)
        try:
            connection.skip(LAST_WORDS)
        except OpenSSLError as exc:
            print("failed", exc, flush=True)
            return
    obey(connection)


main()
