"""How Sphinx builds these pages: ``nox -s docs``."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

import anyio_tls
import anyio_tls.testing

_ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(path) for path in (_ROOT / "docs" / "_ext", _ROOT / "benchmarks", _ROOT)]

project = "anyio_tls"
author = "The anyio_tls authors"
project_copyright = author
release = version = version_of("anyio_tls")

extensions = ["sphinx.ext.autodoc", "anyio_tls_docs"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"anyio_tls {release}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_show_copyright = False

default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
maximum_signature_line_length = 100

nitpicky = True
# The pages are built without a network, so what other projects document is named, not linked.
nitpick_ignore_regex = [
    # The standard library.
    (r"py:.*", r"(_?ssl|socket|os|enum|typing|types|collections|contextlib|logging|datetime|ipaddress|random)(\..*)?"),
    # The projects that this one builds on.
    (r"py:.*", r"(anyio|trio|cryptography|x509|OpenSSL|SSL|typing_extensions)(\..*)?"),
    # Signatures name types that are not public, and type variables. The docstrings say what is meant.
    (r"py:class", r"anyio_tls\.(testing\.)?_.*|Phase|Fault|(anyio_tls\.trio\.)?\w+T"),
]

# Public names are documented where users import them from, so Sphinx looks there for the docstrings of attributes too.
# These are read from the source, and only that of the defining module has them.
for _package in (anyio_tls, anyio_tls.testing):
    _public = ModuleAnalyzer.for_module(_package.__name__)
    _public.analyze()
    for _name in _package.__all__:
        getattr(_package, _name).__module__ = _package.__name__
    for _module in [_name for _name in sys.modules if _name.startswith(f"{_package.__name__}._")]:
        _private = ModuleAnalyzer.for_module(_module)
        _private.analyze()
        _public.attr_docs.update(_private.attr_docs)
        _public.tagorder.update(_private.tagorder)


def hide_signature(
    _app: Sphinx, what: str, name: str, _object: object, _options: object, signature: str | None, _returned: str | None
) -> tuple[str, None] | None:
    """Only the package itself calls the constructors of errors and memory streams, and nobody a TLS stream's."""
    is_hidden = what == "exception" or name == "anyio_tls.TLSStream" or name.endswith(".MemoryStream")
    return ("", None) if signature and is_hidden else None


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-signature", hide_signature)
