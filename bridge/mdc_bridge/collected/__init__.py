"""What collected JSONL is: paths and lines, the time they are of, and what cannot be read."""
