#!/bin/bash
# netrcli and update-netrc: changing the entry of one host writes the passwords of all others without their quotation marks, so that one with a blank
# makes the whole file unreadable.
#
# Versions: netrcli 0.2.1, update-netrc 0.2.0 (PyPI), Python 3.11, whose netrc module both are built on.
# Expected: curl's documentation of .netrc, and Python's of netrc: values with blanks are quoted, with backslashes before quotation marks inside:
#   "password "correct horse"". Both commands are to change one entry ("Selects the host (machine) you want to update"), or add it.
# Seen: a file with two hosts, one of them with such a password; Python's netrc reads it. After "netrcli update other.example.org -l jo -p new", and
#   after "update-netrc update other.example.org --login jo --password new", the line is "password correct horse", and Python's netrc raises a
#   NetrcParseError, "bad follower token 'horse'", so that both commands can do nothing more.
# Why it matters: both are for scripts and CI: the job that sets its token takes the passwords for all other servers away, and git, curl and requests
#   ask or fail.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check netrcli==0.2.1 update-netrc==0.2.0

cat > find.py <<'PY'
import netrc
import os
import pathlib
import subprocess
import sys

CONTENT = 'machine mail.example.org\n\tlogin jo\n\tpassword "{}"\nmachine other.example.org\n\tlogin jo\n\tpassword old\n'
COMMANDS = {
    "netrcli": ["update", "other.example.org", "-l", "jo", "-p", "new"],
    "update-netrc": ["update", "other.example.org", "--login", "jo", "--password", "new"],
}
home = pathlib.Path("home").absolute()
home.mkdir()
file = home / ".netrc"


def passwords():
    try:
        return [entry[2] for entry in netrc.netrc(str(file)).hosts.values()]
    except netrc.NetrcParseError as error:
        return error.msg


def change(command, password):
    """The passwords before and after, by Python's netrc, and the exit status of a second run."""
    file.write_text(CONTENT.format(password))
    file.chmod(0o600)
    before = passwords()
    run = [pathlib.Path(sys.prefix) / "bin" / command, *COMMANDS[command]]
    environment = {**os.environ, "HOME": str(home)}
    subprocess.run(run, env=environment, check=True, capture_output=True, timeout=20)
    after = passwords()
    again = subprocess.run(run, env=environment, capture_output=True, timeout=20).returncode
    print(f"{command}: {before} -> {after}, again: exit status {again}; file {file.read_text()!r}")
    return before, after, again


seen = [change(command, password) for command in COMMANDS for password in ("plain", "correct horse")]
expected = [(["plain", "old"], ["plain", "new"], 0), (["correct horse", "old"], "bad follower token 'horse'", 1)]
sys.exit(seen != expected * 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
