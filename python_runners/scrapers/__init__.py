"""Phase 1: one small class per source endpoint over one base that fetches, stores, logs and announces."""
