"""The elaborated graph: blocks, repeats, conditions and expressions worked out, shapes known."""
