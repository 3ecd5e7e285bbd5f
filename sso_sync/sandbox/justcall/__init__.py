"""The sandbox's JustCall."""
