"""Notices to members and staff: the kinds there are, and later inbox, mail and calendar."""
