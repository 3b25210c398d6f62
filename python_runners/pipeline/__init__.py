"""The story of one event: plan, detect, process, record, announce."""
