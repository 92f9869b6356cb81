"""Which dates may hold a key: sorted hashes of the keys that stand in a table, in files beside it."""
