"""From a graph to products: modules, source, pictures."""
