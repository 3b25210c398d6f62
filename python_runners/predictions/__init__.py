"""Phase 5: prediction systems, their training, scoring, batches and evaluation."""
