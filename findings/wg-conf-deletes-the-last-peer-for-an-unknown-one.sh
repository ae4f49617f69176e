#!/bin/bash
# wg-conf (WireGuard): to delete a peer that is not there deletes the last one, and a new value for the last line of a file is put beside the old one.
#
# Versions: wg-conf 1.0.0 (PyPI), Python 3.11; a configuration of the script's.
# Expected: its README: "If no matching peer or attribute is found, no change will be made", and set_peer_attr is there "to overwrite an existing
#   attribute". wg(8): the format "is based on INI", and AllowedIPs "May be specified multiple times".
# Seen: del_peer("C") of a file with the peers A and B deletes B. add_peer_attr("C", ...) gives the attribute to B. If B's AllowedIPs is the last line,
#   set_peer_attr() leaves it and adds another, while its `peers` has only the new one; del_peer_attr() leaves it as well. With an empty line
#   within B's section, as INI has it, del_peer("B") leaves what is below, and the AllowedIPs of B are now A's. Nothing is raised.
# Why it matters: to remove a client twice cuts another one off, and a client that got a new address keeps the old one too. Look whether the key is among
#   get_peer_keys(), and let the file end in a comment.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check wg-conf==1.0.0

cat > find.py <<'PY'
import pathlib
import sys

from wg_conf import WireguardConfig

FILE = pathlib.Path("wg.conf")
INTERFACE = "[Interface]\nPrivateKey = I\n\n"
A = "[Peer]\nPublicKey = A\nAllowedIPs = 192.0.2.2/32\n"
B = "[Peer]\nPublicKey = B\nAllowedIPs = 192.0.2.3/32\n"


def edit(edits, text=f"{INTERFACE}{A}\n{B}"):
    """What is in the file after it, and the addresses of B by the package."""
    FILE.write_text(text)
    config = WireguardConfig(str(FILE))
    edits(config)
    config.write_file()
    return FILE.read_text(), (config.get_peer("B") or {}).get("AllowedIPs")


NEW = "AllowedIPs = 192.0.2.4/32\n"
both = f"{INTERFACE}{A}\n{B}"
cases = {
    "delete C": (edit(lambda config: config.del_peer("C")), (f"{INTERFACE}{A}\n", None)),
    "add to C": (
        edit(lambda config: config.add_peer_attr("C", "PersistentKeepalive", 25)),
        (f"{both}PersistentKeepalive = 25\n", "192.0.2.3/32"),
    ),
    "set B's": (edit(lambda config: config.set_peer_attr("B", "AllowedIPs", "192.0.2.4/32")), (both + NEW, "192.0.2.4/32")),
    "set B's, with a comment at the end": (
        edit(lambda config: config.set_peer_attr("B", "AllowedIPs", "192.0.2.4/32"), f"{both}# end\n"),
        (both.replace(B, "[Peer]\nPublicKey = B\n# end\n") + NEW, "192.0.2.4/32"),
    ),
    "delete B's": (edit(lambda config: config.del_peer_attr("B", "AllowedIPs")), (both, "192.0.2.3/32")),
    "delete B, with an empty line in it": (
        edit(lambda config: config.del_peer("B"), both.replace("= B\n", "= B\n\n")),
        (f"{INTERFACE}{A}\nAllowedIPs = 192.0.2.3/32\n", None),
    ),
    "delete B": (edit(lambda config: config.del_peer("B")), (f"{INTERFACE}{A}\n", None)),
}
for what, (seen, _) in cases.items():
    print(f"{what}: {' | '.join(seen[0].removeprefix(INTERFACE).splitlines())}; peers has {seen[1]} for B")
sys.exit(any(seen != expected for seen, expected in cases.values()))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
