"""Make a free-threaded Python, in FOLDER/bin, from freeze-core in FOLDER: PYTHON .ci/free_threaded.py FOLDER.

Debian has no such Python. The package freeze-core contains one, with an OpenSSL, but as the loader of frozen
applications, and without the modules in Python. So it is patched to behave like Python's own program, and those modules
are taken from PYTHON, which has the same version.
"""

from __future__ import annotations

import io
import shutil
import sys
import sysconfig
from pathlib import Path

from elftools.elf.elffile import ELFFile


def with_main(program: bytes, name: str) -> bytes:
    """Make another function the main one: the address of main() is what _start moves into %rdi."""
    elf = ELFFile(io.BytesIO(program))
    (function,) = elf.get_section_by_name(".dynsym").get_symbol_by_name(name)
    start = next(elf.address_offsets(elf["e_entry"]))
    move = b"\x48\xc7\xc7"
    place = program.index(move, start, start + 64) + len(move)
    return program[:place] + function["st_value"].to_bytes(4, "little") + program[place + 4 :]


folder = Path(sys.argv[1])
name = f"python{sysconfig.get_python_version()}t"
(program,) = folder.glob("freeze_core/bases/console-*")
python = folder / "bin" / name
python.parent.mkdir()
python.write_bytes(with_main(program.read_bytes(), "Py_BytesMain"))
python.chmod(0o755)

library = folder / "lib" / name
ignored = shutil.ignore_patterns("lib-dynload", "__pycache__")
shutil.copytree(sysconfig.get_path("stdlib"), library, symlinks=True, ignore=ignored)
(library / "lib-dynload").symlink_to(folder / "freeze_core/lib")
# This tells pip which wheels are compatible, and venv where pip is.
variables = {"Py_GIL_DISABLED": 1, "WHEEL_PKG_DIR": sysconfig.get_config_var("WHEEL_PKG_DIR")}
data = library / f"_sysconfigdata_t_linux_{sysconfig.get_config_var('MULTIARCH')}.py"
data.write_text(f"build_time_vars = {variables}\n")
