"""How the site is built: ``make docs``. It needs no network, and what it writes needs none either."""

import inspect
import os
import sys
from enum import Enum
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.napoleon import NumpyDocstring
from sphinx.util.inspect import stringify_signature

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# The CDK starts Node when a construct is imported; nothing is synthesized here.
os.environ.setdefault("CDK_VALIDATION", "false")

from cdk_hpo import __version__  # noqa: E402

project = "cdk-hpo"
author = "the authors of cdk-hpo"
copyright = "the authors of cdk-hpo; Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = True
# Types in docstrings are prose for people ("int, optional"), and many are of the CDK, which has its own site.
nitpick_ignore_regex = [("py:.*", ".*")]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

# `Name` in a docstring is a name of this library where there is one.
default_role = "py:obj"
# Napoleon's own reading of docstrings is replaced below.
napoleon_numpy_docstring = napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_default_options = {
    "members": True,
    # How values become requests is no one's to call; `to_request` and `from_request` are.
    "exclude-members": "from_wire, members, origins, to_members, to_wire, wire_name",
}
python_maximum_signature_line_length = 88
python_display_short_literal_types = True
add_module_names = False

html_theme = "furo"
html_title = f"cdk-hpo {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
linkcheck_timeout = 20
linkcheck_workers = 4


def read_docstring(
    app: Sphinx, what: str, name: str, found: object, options: Any, lines: list[str]
) -> None:
    """Read a NumPy-style docstring. Of a property Napoleon would take what stands before a colon for its type."""
    what = "method" if what in ("attribute", "data", "property") else what
    lines[:] = NumpyDocstring(
        "\n".join(lines), app.config, app, what, name, found, options
    ).lines()


def sign(
    app: Sphinx,
    what: str,
    name: str,
    found: Any,
    options: Any,
    signature: str,
    returns: str,
) -> tuple[str, str]:
    """Show how a construct is made, whose metaclass (jsii's) takes anything; an enumeration is not made at all."""
    if isinstance(found, type) and issubclass(found, Enum):
        return "", returns
    if what == "class" and signature == "(*args, **kwargs)":
        made = inspect.signature(found.__init__)
        own = made.replace(parameters=list(made.parameters.values())[1:])
        return stringify_signature(
            own, show_annotation=False, show_return_annotation=False
        ), returns
    return signature, returns


def setup(app: Sphinx) -> None:
    """Connect the readers."""
    app.connect("autodoc-process-docstring", read_docstring)
    app.connect("autodoc-process-signature", sign)
