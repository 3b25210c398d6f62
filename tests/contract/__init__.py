"""Contracts that every adapter of a Protocol keeps, the embedded one and the real one."""
