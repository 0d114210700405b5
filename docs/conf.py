"""The site: `sphinx-build -W -b html docs build/docs`."""

import sys
from pathlib import Path

import netspec

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "netspec"
author = "The netspec authors"
copyright = author
release = netspec.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "netspec_reference"]
exclude_patterns = ["_ext"]
# The page about tabs shows one, which the lexer of YAML does not like either.
suppress_warnings = ["misc.highlighting_failure"]

# GitHub's anchors, so that a link works on both sides.
myst_heading_anchors = 4
# Quotes and `--` in prose are often those of YAML and of a shell.
smartquotes = False
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
add_module_names = False
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "netspec"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
