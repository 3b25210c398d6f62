"""Entry points of the cloud, what they share, and the server that hosts all of them on one machine."""
