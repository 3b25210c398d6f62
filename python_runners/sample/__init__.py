"""The sample league: a deterministic, seeded imitation of the league and of the sources that report on it."""
