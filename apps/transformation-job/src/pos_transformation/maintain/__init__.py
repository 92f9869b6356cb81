"""Maintenance: few files of a good size, no files that nobody needs, a short log."""
