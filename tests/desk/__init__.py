"""The desk that costs for all who ask a server."""
