"""JustCall's web pages: login, settings, and the address that takes SAML responses."""
