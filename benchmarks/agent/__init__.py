"""The collector service: what it receives, and what payload logging costs, beside peers."""
