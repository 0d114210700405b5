"""Everything that imports torch: from a graph to a network that runs."""
