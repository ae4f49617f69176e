#!/bin/bash
# authkeyman: one key without a comment, or a line that begins with "#", ends each command, and writing the file back changes the commands that keys are
# bound to.
#
# Versions: authkeyman 1.1.1 (PyPI), Python 3.11, ssh-keygen (openssh-client).
# Expected: sshd(8), "AUTHORIZED_KEYS FILE FORMAT": a line has options, which may be left out and may have blanks inside of quotes, the type, the key
#   and a comment, which "is not used for anything"; lines that are empty or begin with "#" are ignored. ssh-keygen -l -f reads such files.
# Seen: "list" and "add" print "Failed to parse key" and exit with 1 for a file that has a key without a comment (ssh-keygen -C ""), or the line "#
#   laptops". With 'command="printf \'%s  %s\' a b" ssh-ed25519 ... backup' it lists the key as a comment, and after adding another key the two blanks
#   of the command are one. A comment of three words is listed as a key.
# Why it matters: the first cloud image or the first key of another program makes it useless, and where it works, a forced command or from="..." is not
#   what it was. ssh-keygen -l reads each of these files, before and after.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check authkeyman==1.1.1
for name in one two; do ssh-keygen -q -t ed25519 -N "" -C "" -f "$name"; done

cat > find.py <<'PY'
import os
import pathlib
import subprocess
import sys

ONE, TWO = (pathlib.Path(f"{name}.pub").read_text().strip() for name in ("one", "two"))
COMMAND = "command=\"printf '%s  %s' a b\" "


def authkeyman(content, *arguments):
    """Exit status, output and the file after a command of authkeyman; ssh-keygen must be able to read it before."""
    home = pathlib.Path("home")
    (home / ".ssh").mkdir(parents=True, exist_ok=True)
    file = home / ".ssh" / "authorized_keys"
    file.write_text(content)
    subprocess.run(["ssh-keygen", "-l", "-f", file], check=True, capture_output=True, timeout=20)
    result = subprocess.run(
        [pathlib.Path(sys.prefix) / "bin" / "authkeyman", *arguments],
        env={**os.environ, "HOME": str(home.absolute())},
        capture_output=True,
        text=True,
        timeout=20,
        stdin=subprocess.DEVNULL,
    )
    output = result.stdout.strip().split("\n")[-1]
    print(f"{content!r} {arguments}: {result.returncode}, {output!r}")
    return result.returncode, output, file.read_text()


named = authkeyman(f"{ONE} jo@example.org\n", "list")
unnamed = authkeyman(f"{ONE}\n", "list")
heading = authkeyman(f"# laptops\n{ONE} jo@example.org\n", "add", f"{TWO} ann@example.org")
text = authkeyman(f"# the laptops of Jo\n{ONE} jo@example.org\n", "list")
forced = authkeyman(f"{COMMAND}{ONE} backup\n", "add", f"{TWO} ann@example.org")
changed = forced[2].split("\n")[0]
print(f"written back: {changed}")
sys.exit(
    named[:2] != (0, "jo@example.org")
    or unnamed[0] != 1
    or heading[0] != 1
    or text[0] != 0
    or forced[0] != 0
    or changed != COMMAND.replace("  ", " ") + ONE + " backup"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
