"""From rows to a verdict: a fast proof that they are clean, and an exact evaluation of those that may not be."""
