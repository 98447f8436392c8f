"""People and organizations: who somebody is, where they belong and what they may do."""
