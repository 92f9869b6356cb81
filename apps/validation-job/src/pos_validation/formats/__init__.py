"""What a file is and how its rows are read, a module or more for each format."""
