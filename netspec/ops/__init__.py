"""Ops: one class each, a file per family. `registry` finds them, `base` says what one is."""
