"""What a process has taken so far."""

import gc
import time
from pathlib import Path

PAGE = 4096


def memory() -> int:
    """Bytes that the process has in memory now, garbage left out."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def peak() -> int:
    """Bytes that it had at most. (`ru_maxrss` would count the process that started it.)"""
    (line,) = [row for row in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in row]
    return int(line.split()[1]) << 10


def seconds() -> float:
    """Of the processor, so that whatever else runs does not count."""
    return time.process_time()
