"""`python -m sso_sync` is `sso-sync`."""

from sso_sync.cli.main import main

if __name__ == "__main__":
    main()
