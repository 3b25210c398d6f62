"""Renderers: one module a source, each writing what the league knows in that source's own shape."""
