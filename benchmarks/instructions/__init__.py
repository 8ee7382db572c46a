"""Speed in instructions, not in time: the same on a busy machine as on a quiet one."""
