"""What every game of the season must have, phase by phase, what it has, and how to get what it lacks.

schedule ─┐
rules ────┴─> expected outputs ──(counts)──> judged ──> nba_orchestration.expected_outputs
                                               └─> gaps ──> repairs: stored objects, then a dbt run
"""
