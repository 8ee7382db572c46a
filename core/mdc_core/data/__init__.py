"""What is collected: snapshots, tables and the row rule, events."""
