"""Pictures of a checked graph: a page, SVG, PNG and Mermaid."""
