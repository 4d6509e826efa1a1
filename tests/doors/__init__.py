"""Doors for programs, through real clients."""
