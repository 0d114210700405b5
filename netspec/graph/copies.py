"""`repeat` and `when`: which copies of a node are there."""

from dataclasses import dataclass

from netspec.expression import UNKNOWN
from netspec.graph.evaluate import Failed, evaluate_condition, evaluate_count
from netspec.graph.evaluate import Scope as Names
from netspec.graph.session import Session
from netspec.syntax.node_document import NodeDoc


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a node: the names that its arguments see, and whether it is the first.

    It is not `sure` where its condition or number could not be worked out.
    """

    names: Names
    first: bool
    sure: bool = True


def present_copies(session: Session, node: NodeDoc, names: Names) -> list[Copy]:
    """The copies that are present: one without `repeat`, none where `when` is false."""
    keys = node.keys
    try:
        if keys.repeat is None:
            there = keys.when is None or evaluate_condition(keys.when, names)
            found = [Copy(names, False)] if there else []
            count = 1
        else:
            count = evaluate_count(keys.repeat, names)
            if session.nodes + count > session.limits.nodes:
                session.spend(count, keys.repeat.span)
            found = []
            for index in range(count):
                inner = names.with_names({"index": index, "count": count})
                if keys.when is None or evaluate_condition(keys.when, inner):
                    found.append(Copy(inner, index == 0))
    except Failed as error:
        session.report_failed(error)
        return [Copy(names.with_names({"index": UNKNOWN, "count": UNKNOWN}), True, sure=False)]
    session.spend(count - len(found), node.span)  # an absent copy is work too
    return found
