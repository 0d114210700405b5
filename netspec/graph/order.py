"""The order in which nodes are executed: topological, ties by the written order."""

from collections.abc import Sequence


class CycleError(Exception):
    """`nodes` read each other in a circle."""

    def __init__(self, nodes: tuple[int, ...]) -> None:
        super().__init__(nodes)
        self.nodes = nodes


def execution_order(reads: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Indices of the nodes, each after those that it reads (`reads[i]` of node i).

    Raises CycleError with the nodes of one cycle.
    """
    if all(source < node for node, sources in enumerate(reads) for source in sources):
        return tuple(range(len(reads)))  # written in a topological order already
    import networkx  # slow to import, and most specs are written in order

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(reads)))
    graph.add_edges_from((source, node) for node, found in enumerate(reads) for source in found)
    try:
        return tuple(networkx.lexicographical_topological_sort(graph))
    except networkx.NetworkXUnfeasible:
        cycle = networkx.find_cycle(graph)
        raise CycleError(tuple(edge[0] for edge in cycle)) from None
