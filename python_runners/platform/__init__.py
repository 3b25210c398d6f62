"""Protocols of the outside world and their adapters: warehouse, objects, bus, state."""
