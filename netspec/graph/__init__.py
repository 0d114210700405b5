"""The elaborated graph: every block, repeat, condition and expression worked out, every shape known."""
