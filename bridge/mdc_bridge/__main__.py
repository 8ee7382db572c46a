"""`python -m mdc_bridge`: the command `mdc-bridge`."""

from .cli import main

if __name__ == "__main__":
    main()
