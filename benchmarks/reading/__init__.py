"""`mdc-bridge read` beside duckdb, and its memory: `make bench-read`."""
