"""JustCall as a service provider: what it makes of a SAML response, by the message and its own settings alone."""
