"""How the spool gets to a destination that can fail: uploads, retries, outages."""
