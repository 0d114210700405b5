"""From a graph to standalone PyTorch source. Needs no torch."""
