#!/bin/bash
# smolserve: a line of text in a gophermap that begins with "I", "h", "g" or a number is a picture, a web page or a folder, and links to files with a
# blank or a percent sign lead nowhere.
#
# Versions: smolserve 1.1.0, with mototli 0.1.1 as a Gopher client (PyPI), Python 3.11.
# Expected: in a gophermap a line without a tab is text for the reader, so smolserve's own source ("Plain text in gophermap is info text") and the
#   servers that it takes the format from. RFC 1436 knows no percent-encoding in selectors. Gemini's specification of text/gemini: in "=> URL name"
#   the URL ends at the first blank, and its other characters are percent-encoded as RFC 3986, section 2.1, has it.
# Seen: "It is good to see you." is sent as an image named "t is good to see you.", "here are my files" as a web page "ere are my files", "100 years"
#   as a directory "00 years"; "Welcome" is text. A file 100%41.txt is listed, and asking for just the selector listed is "Item not found:
#   100A.txt". The Gemini listing has "=> /my file.gmi my file.gmi", a link to /my, and "=> /100%41.txt", and both are "51 File not found".
# Why it matters: what visitors see depends on the first letter of each sentence, and the first letter is gone. Begin such lines with "i" and the
#   whole of a menu line, and name files without blanks and percent signs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work" # smolserve keeps its certificate there
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check smolserve==1.1.0 mototli==0.1.1

cat > find.py <<'PY'
import asyncio
import pathlib
import ssl
import sys

from mototli.client import GopherClient
from smolserve.gemini import GeminiServer
from smolserve.gopher import GopherServer

MAP = "Welcome\nIt is good to see you.\nhere are my files\n100 years\n1sub\t/sub\n"


async def gemini(port, path):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(f"gemini://127.0.0.1:{port}{path}\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode()


async def main():
    root = pathlib.Path("root")
    (root / "sub").mkdir(parents=True)
    (root / "gophermap").write_text(MAP)
    for name in ("plain.gmi", "my file.gmi", "100%41.txt"):
        (root / "sub" / name).write_text("text\n")
    server = GopherServer("127.0.0.1", 0, root)
    await server.start()
    port = server.server.sockets[0].getsockname()[1]
    async with GopherClient(timeout=10) as client:
        menu = [(item.item_type.name, item.display_text) for item in (await client.get("127.0.0.1", port=port)).items]
        files = {}
        for item in (await client.get("127.0.0.1", "/sub", port=port)).items:
            if item.item_type.name != "INFO":
                files[item.display_text] = (await client.get_text("127.0.0.1", item.selector, port=port)).split("\r\n")[0].split("\t")[0]
    await server.stop()
    for line, item in zip(MAP.splitlines(), menu):
        print(f"{line!r} is {item}")
    print(f"what the listed selectors have over Gopher: {files}")

    server = GeminiServer("127.0.0.1", 0, root)
    await server.start()
    port = server.server.sockets[0].getsockname()[1]
    links = [line for line in (await gemini(port, "/sub")).splitlines() if line.startswith("=> /sub/")]
    answers = {line: (await gemini(port, line.split()[1])).split("\r\n")[0] for line in links}
    print(f"links over Gemini: {answers}")
    # The file itself can be had, with the URL that should have been in the list.
    assert (await gemini(port, "/sub/my%20file.gmi")).endswith("text\n") and (await gemini(port, "/sub/100%2541.txt")).endswith("text\n")
    return menu, files, answers


menu, files, answers = asyncio.run(asyncio.wait_for(main(), 40))
same = menu == [
    ("INFO", "Welcome"),
    ("IMAGE", "t is good to see you."),
    ("HTML", "ere are my files"),
    ("DIRECTORY", "00 years"),
    ("DIRECTORY", "sub"),
]
same = same and files == {"100%41.txt": "3Item not found: /sub/100A.txt", "my file.gmi": "text", "plain.gmi": "text"}
same = same and sorted(answers.values()) == ["20 text/gemini; charset=utf-8", "51 File not found", "51 File not found"]
sys.exit(not same)
PY
timeout 60 venv/bin/python -W ignore find.py 2>find.log || { cat find.log; echo "CHANGED: see above"; exit 1; }
