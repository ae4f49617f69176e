#!/bin/sh
# Run a command in another system, which lies in a directory: elsewhere.sh DIRECTORY OWN COMMAND... The directory OWN of
# this system, and the one with this script, can be seen from there, by the same names, for as long as the command runs.
# For root, below unshare --mount.
set -eu
system=$1 own=$2
shift 2
for directory in /proc "$own" "$(dirname "$0")"; do
    mkdir -p "$system$directory"
    mount --bind "$directory" "$system$directory"
done
exec chroot "$system" "$@"
