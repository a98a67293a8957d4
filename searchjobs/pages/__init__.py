"""What the pages show of a search, ready to be rendered; no HTTP but in `doors`."""

from __future__ import annotations
