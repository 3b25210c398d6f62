"""What a run costs on BigQuery: which partitions it scans, how many jobs it starts, what that bills."""
