"""What two networks have in common and where they differ, matched by structure."""

from netspec.analysis.diff.difference import Difference, diff_graphs

__all__ = ["Difference", "diff_graphs"]
