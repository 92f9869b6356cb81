"""Demo data: real till records as a supplier would send them, and what must come out of them."""
