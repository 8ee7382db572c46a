"""What a worker can be asked to measure, one subject a file."""
