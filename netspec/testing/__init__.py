"""The kit by which the authors of ops test theirs, against eager CPU torch. It needs torch."""

from netspec.testing.case import Case
from netspec.testing.check import check_op

__all__ = ["Case", "check_op"]
