"""Recomputing what changed equals recomputing everything: random sequences of events against full rebuilds."""
