"""The Trio face."""
