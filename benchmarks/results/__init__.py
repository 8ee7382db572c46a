"""What was measured: figures with their spread, curves, the table, and how two runs compare."""
