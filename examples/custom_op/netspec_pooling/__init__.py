"""Pools for netspec. Nothing is imported here, so that `netspec check` stays without torch."""
