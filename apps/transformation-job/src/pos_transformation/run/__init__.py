"""What the job can be asked for: to load a run, to repair a lake, to drop the canary."""
