"""Graph to graph: each pass a plain function that keeps what remains as it is."""
