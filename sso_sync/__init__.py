"""sso-sync: single sign-on between OneLogin and JustCall, kept as a YAML spec says."""

__version__ = "0.1.0"
