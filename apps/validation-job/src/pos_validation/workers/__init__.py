"""Files are read in processes of their own: native code that spins, crashes or eats memory can only be ended with its
process, and none of that may cost another file its verdict.

One process imports what reading needs (`fork_server`) and is then copied, so that a worker is there within milliseconds
and a run pays for the imports once, while its own process does other things. A worker validates many files (`worker`);
the run's process watches it (`handles`) and replaces it when a file overruns its budget (`budget`).
"""
