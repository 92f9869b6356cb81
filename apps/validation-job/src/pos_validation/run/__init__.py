"""One run of the job over one part of a manifest: files are fetched, judged, moved, and summed up."""
