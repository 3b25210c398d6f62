"""The whole project on the BigQuery emulator, and the same project on DuckDB beside it."""
