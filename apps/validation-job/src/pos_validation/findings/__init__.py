"""What was found in a file, in words: reasons with counts and samples."""
