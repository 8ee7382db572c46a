"""How it gets from the caller's thread to a destination: queue, writer, lifecycle, counters."""
