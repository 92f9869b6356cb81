"""A fuzzer that knows the formats: files by grammar, mutants of the corpus, and oracles that hold the job to both.

`nx run validation-job:fuzz --seconds=600 --seed=7`. The same seed makes the same files.
"""
