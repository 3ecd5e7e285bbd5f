"""What a run leaves behind in `.sso-sync/`: the lock it holds while it works, and the record of what it did."""
