"""What `verify` finds out: checks that each pass, fail, or are not made, with the reason. Pure, like all of `plan`."""
