"""One run of the job over one part of a manifest: files are fetched, validated, moved, and summed up."""
