"""The Python half of the NBA props platform: everything around the dbt models."""
