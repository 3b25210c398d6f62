"""Tests of the project itself: its conventions, its graph, its SQL."""
