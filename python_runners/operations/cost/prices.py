"""Assumptions: list prices and limits of Google Cloud, not checked against an account or a bill.

Compare them with the pages named here before a decision rests on them, and update them together with the date.
"""

from __future__ import annotations

PRICES_AS_OF = "2025-11-01"
PRICES_REGION = "us-west1 and the US multi-region; other regions differ"
PRICES_SOURCE = "cloud.google.com/bigquery/pricing"
QUOTAS_SOURCE = "cloud.google.com/bigquery/quotas, cloud.google.com/pubsub/quotas"

MIB = 1024**2
GIB = 1024**3
TIB = 1024**4

# BigQuery, on demand: by bytes, rounded up, with a minimum for each table that a query names.
DOLLARS_PER_TIB = 6.25
MINIMUM_BYTES_PER_TABLE = 10 * MIB
# BigQuery, Standard edition: by slots, in steps of 50, for one minute at least.
DOLLARS_PER_SLOT_HOUR = 0.04
SLOT_STEP = 50

# Limits. DML has no daily limit; its rate per table has one, and at most two statements that delete or update run at
# a time on one table while 20 wait. Two transactions that change rows of one table exclude each other.
LOAD_JOBS_PER_TABLE_PER_DAY = 1_500
LOAD_JOBS_PER_PROJECT_PER_DAY = 100_000
PUBSUB_PUBLISH_BYTES_PER_SECOND_REGIONAL = 200 * MIB


def billed(bytes_by_table: list[int]) -> int:
    """Return the bytes that a query bills on demand: each table up to the next MiB, and 10 MiB at least."""
    return sum(max(MINIMUM_BYTES_PER_TABLE, -(-count // MIB) * MIB) for count in bytes_by_table)


def dollars_of_bytes(count: float) -> float:
    """Return what billed bytes cost on demand, in dollars."""
    return count / TIB * DOLLARS_PER_TIB
