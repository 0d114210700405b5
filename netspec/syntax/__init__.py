"""From text to one merged document: `tree` reads YAML, `schema` checks its form, `merge` applies
`extends`."""
