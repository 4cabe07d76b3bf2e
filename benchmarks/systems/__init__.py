"""The published systems, measured one by one for docs/systems.md."""
