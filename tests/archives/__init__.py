"""Archives of the old SDK as they are found, made from a seed: for tests, soak and benchmarks."""
