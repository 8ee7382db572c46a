"""What ties the old SDK to the new one while scoring, and the commands of the migration."""

from mdc_core import __version__

__all__ = ["__version__"]
