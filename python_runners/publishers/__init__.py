"""Phase 6: rows become documents by pure functions, are validated, and written only when their content moved."""
