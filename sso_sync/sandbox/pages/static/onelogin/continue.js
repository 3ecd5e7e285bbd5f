"use strict";
// Carries the SAML response on; the button is there for whoever has no scripts.
document.getElementById("continue").submit();
