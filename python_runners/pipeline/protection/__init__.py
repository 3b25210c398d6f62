"""What stands between a change and the dbt run that it asks for: reasons to skip, to wait, or to refuse."""
