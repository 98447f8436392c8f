"""The attempts at preparing a film: asked for, claimed by a lease, finished, given up, recovered.

Every change of a job is one conditional UPDATE.
Upload and the editors' site ask for jobs; tasks run them.
"""
