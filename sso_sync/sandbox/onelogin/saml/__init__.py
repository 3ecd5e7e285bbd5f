"""OneLogin as an identity provider: the response of a login, signed and encrypted as the app says, and its metadata."""
