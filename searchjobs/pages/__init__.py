"""What the pages show of a search, ready to be rendered, and who may ask (`doors`)."""

from __future__ import annotations
