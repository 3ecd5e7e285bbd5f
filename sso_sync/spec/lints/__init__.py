"""What types cannot say about a spec, area by area; `sso_sync.spec.lint` runs them all."""
