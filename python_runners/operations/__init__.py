"""What people do with the platform: look at it, import history, repair it."""
