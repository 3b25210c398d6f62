"""Tests over events: one goes in, rows and documents come out."""
