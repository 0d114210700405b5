"""Facts of a graph, worked out without torch."""
