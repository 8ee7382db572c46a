"""Figures under load and faults: `python -m tests.reliability.soak [--short] [NAME...]`."""
