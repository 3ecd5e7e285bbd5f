"""The sandbox's OneLogin."""
