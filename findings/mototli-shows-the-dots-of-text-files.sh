#!/bin/bash
# mototli, a Gopher client: a text has a line with a dot at its end that is not in the file, and lines that begin with a dot have one too many.
#
# Versions: mototli 0.1.1, and smolserve 1.1.0 as a server that does what the RFC says (PyPI), Python 3.11.
# Expected: RFC 1436, section 3.8 and appendix: a text file is sent with "." CRLF as its last line, "Lines beginning with periods must be prepended
#   with an extra period to ensure that the transmission is not terminated early. The client should strip extra periods at the beginning of the line."
# Seen: smolserve sends the file "one\n.profile\nlast\n" as the RFC has it, and GopherClient.get_text() returns "one\r\n..profile\r\nlast\r\n.\r\n". A
#   directory is read right, without the dot. With `mototli text`, too, the dots are on the screen.
# Why it matters: text files are most of what Gopher has. A listing of dot files, a patch with "..", a script or a signed text is another one after
#   the download, and no checksum or signature of it fits. Take the last line off and one of two dots at the beginning of each line.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mototli==0.1.1 smolserve==1.1.0

cat > find.py <<'PY'
import asyncio
import pathlib
import sys

from mototli.client import GopherClient
from smolserve.gopher import GopherServer

TEXT = "one\n.profile\nlast\n"


def stripped(data):
    """A text, as RFC 1436 has clients read it."""
    lines = data.split("\r\n")
    lines = lines[:lines.index(".")]
    return "".join(line[line.startswith("."):] + "\n" for line in lines)


async def main():
    root = pathlib.Path("root")
    root.mkdir()
    (root / "a.txt").write_text(TEXT)
    server = GopherServer("127.0.0.1", 0, root)
    await server.start()
    port = server.server.sockets[0].getsockname()[1]

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"/a.txt\r\n")
    sent = (await reader.read()).decode()
    writer.close()
    async with GopherClient(timeout=10) as client:
        got = await client.get_text("127.0.0.1", "/a.txt", port=port)
        menu = await client.get("127.0.0.1", port=port)
    command = ["venv/bin/mototli", "text", "127.0.0.1", "/a.txt", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    printed = (await asyncio.wait_for(process.communicate(), 20))[0].decode()
    await server.stop()
    print(f"file {TEXT!r}\nsent {sent!r}\nread by the RFC {stripped(sent)!r}\nmototli's get_text {got!r}\nits command {printed!r}")
    print(f"directory: {[item.display_text for item in menu.items]}")
    assert stripped(sent) == TEXT
    return got == sent and "..profile" in printed and menu.items[-1].display_text == "a.txt"


sys.exit(not asyncio.run(asyncio.wait_for(main(), 40)))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
