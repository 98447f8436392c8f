"""Who may do what for which organization, and the groups of the editors' site that follow from it.

The one place where a role is turned into a right.
Every app may call `permissions`.
"""
