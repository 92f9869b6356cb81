"""Files are read in processes of their own: native code that spins, crashes or eats memory can only be ended with its
process, and none of that may cost another file its verdict.

One process (`fork_server`) is copied for each of them. It imports first what reading needs, so that a worker is there
within milliseconds and a run pays for the imports once, while it learns what there is to read. A worker validates many
files (`worker`); the run's process watches it (`handles`) and replaces it when a file overruns its budget (`budget`).
"""
