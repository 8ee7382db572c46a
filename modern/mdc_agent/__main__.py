"""`python -m mdc_agent`: the command `mdc-agent`."""

from .cli import main

main()
