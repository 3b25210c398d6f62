"""Entry points for the cloud; empty until the functions are deployed."""
