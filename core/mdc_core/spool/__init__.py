"""Files that survive the death of the process: segments, their journal, shared CSV files."""
