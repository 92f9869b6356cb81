"""The local AWS: a pinned emulator in one process, with what it lacks for the pipeline added by hooks."""
