"""How it is written: JSON cells, JSONL lines, legacy CSV rows."""
