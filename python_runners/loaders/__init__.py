"""Phase 2: stored payloads become typed rows of the raw tables."""
