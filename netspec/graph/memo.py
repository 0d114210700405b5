"""What elaborations of one spec with other parameters have in common."""

from typing import TYPE_CHECKING

from netspec.graph.wiring import Wiring
from netspec.syntax.node_document import BodyDoc

if TYPE_CHECKING:
    from netspec.graph.session import Built, Session


class Memo:
    """Blocks, leaves and wirings that were worked out before, by all that they depend on.

    Only an elaboration without a word to say leaves something here, and only one without a word is
    served: what there is to report depends on the way to it, and is worked out anew. When it holds
    more than `MOST` it is begun anew, so its memory stays bounded over any number of variants.
    """

    MOST = 1000

    def __init__(self) -> None:
        self.blocks: dict[object, Built] = {}
        self.leaves: dict[object, Built] = {}
        self.wirings: dict[BodyDoc, Wiring | None] = {}

    def lend(self, session: "Session") -> None:
        """Give a session what is known, to go on from."""
        session.blocks = dict(self.blocks)
        session.leaves = dict(self.leaves)
        session.wirings = dict(self.wirings)

    def keep(self, session: "Session") -> None:
        """Take what a session knows, which began with what was lent."""
        full = len(session.blocks) + len(session.leaves) > self.MOST
        self.blocks = {} if full else session.blocks
        self.leaves = {} if full else session.leaves
        self.wirings = session.wirings  # as many as the spec has scopes
