"""A local stand-in for Unipile, served over real HTTP.

It answers as `api.unipile.com` is documented to answer, from 100,000 people
who do not exist, and fails on command. Start it with
`python -m unipile_client.sandbox --port N`, or in a test with
`unipile_client.sandbox.server.SandboxServer`. It imports nothing from the
client, or a wrong field name would be wrong on both sides.
"""

from __future__ import annotations
