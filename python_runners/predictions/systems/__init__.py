"""The prediction systems, one module each, behind one Protocol."""
