"""An evening replayed through the emulators while processes die and services refuse, against the same evening calm."""
