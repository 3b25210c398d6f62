"""Bulk import of history from Parquet files, through the schemas and the write path of the loaders."""
