"""Parsers: pure functions from a stored payload to typed rows of one raw table."""
