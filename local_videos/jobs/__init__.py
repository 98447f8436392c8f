"""The attempts at preparing a film: asked for, claimed by a lease, finished, given up, recovered.

Every change of a job is one conditional UPDATE.
Upload and the editors' site call `tasks` to ask for a job, `lifecycle` to cancel, `recovery` to repair.
"""
