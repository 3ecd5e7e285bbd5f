"""JustCall's pages."""
