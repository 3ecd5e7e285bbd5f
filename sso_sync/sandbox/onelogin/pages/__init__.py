"""OneLogin's web pages: sign-in, portal, an administrator's view of the apps, and the SAML endpoint."""
