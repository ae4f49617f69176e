"""A client of HTTP, which posts a megabyte: http_client.py VERSION NAME [COMMAND] ... See README.md.

Its name is that of what does it, and the command how that is run: ``plain`` is without TLS, for a proxy that has it.
"""

from __future__ import annotations

import hashlib
import http.client
import subprocess
import sys
from pathlib import Path

from obedience import words

BODY = b"".join(b"%015d\n" % number for number in range(62_500))

PAGE = """
<script>
(async () => {{
  const body = Array.from({{length: 62500}}, (_, number) => String(number).padStart(15, "0") + "\\n").join("");
  let data = new ArrayBuffer(0), end = "end";
  try {{
    const response = await fetch("https://localhost:{port}/", {{method: "POST", body}});
    data = await response.arrayBuffer();
  }} catch (error) {{ end = String(error); }}
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  document.title = `arrived ${{data.byteLength}} ${{hex}} ${{end}}`;
}})();
</script>
"""


def arrived(data: bytes, end: str) -> str:
    return f"arrived {len(data)} {hashlib.sha256(data).hexdigest()} {end}"


def plain(_command: list[str], _directory: Path, port: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    try:
        connection.request("POST", "/", BODY)
        response = connection.getresponse()
        data = response.read()
    except http.client.IncompleteRead as exc:
        return arrived(exc.partial, "IncompleteRead")
    except (OSError, http.client.HTTPException) as exc:
        return arrived(b"", words(exc))
    return arrived(data, "end") if response.status == 200 else arrived(b"", f"{response.status} {response.reason}")


def curl(command: list[str], directory: Path, port: str) -> str:
    body = directory / "body"
    body.write_bytes(BODY)
    options = ["--silent", "--show-error", "--http1.1", "--noproxy", "*", "--resolve", f"localhost:{port}:127.0.0.1"]
    options += ["--cacert", str(directory / "ca.pem"), "--data-binary", f"@{body}", f"https://localhost:{port}/"]
    done = subprocess.run([*command, *options], check=False, capture_output=True)
    return arrived(done.stdout, " ".join(done.stderr.decode().partition("\n")[0].split()) or "end")


def curl_cffi(_command: list[str], directory: Path, port: str) -> str:
    from curl_cffi import requests

    data = b""

    def take(piece: bytes) -> None:
        nonlocal data
        data += piece

    try:
        requests.post(
            f"https://localhost:{port}/",
            data=BODY,
            content_callback=take,
            verify=str(directory / "ca.pem"),
            http_version="v1",
            impersonate="chrome",
        )
    except requests.RequestsError as exc:
        return arrived(data, words(exc).partition(" See https")[0])
    return arrived(data, "end")


def chromium(command: list[str], directory: Path, port: str) -> str:
    page = directory / "page.html"
    page.write_text(PAGE.format(port=port))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-proxy-server", "--virtual-time-budget=10000"]
    options += [f"--user-data-dir={directory}/chromium", "--dump-dom", f"file://{page}"]
    done = subprocess.run([*command, *options], check=False, capture_output=True, text=True)
    title = done.stdout.partition("<title>")[2].partition("</title>")[0]
    return title or f"failed {done.stderr}"


def main() -> None:
    version, name, *command = sys.argv[1 : sys.argv.index("client")]
    directory, port, _manner, runs = sys.argv[-4:]
    print("version", version, flush=True)
    for _ in range(int(runs)):
        do = {"plain": plain, "curl": curl, "curl_cffi": curl_cffi, "chromium": chromium}[name]
        print(do(command, Path(directory), port), flush=True)


main()
