"""The language as a JSON Schema, for editors: what may stand where, and what it is for.

The schema sees one file and no values. What it refuses the check refuses too, but for two things:
a mistake in a node that `when` leaves out, and a block under the name of an op, which it takes for
the op. Sizes, names that must exist and what `extends` brings are left to the check.
"""
