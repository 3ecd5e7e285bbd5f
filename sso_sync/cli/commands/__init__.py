"""One module for each command. They are imported for `--help`; what does the work is imported when a command runs."""
