"""The command line: one file per verb; arguments, printing and exit statuses, no logic."""
