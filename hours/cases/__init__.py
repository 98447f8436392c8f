"""What members ask an officer to decide: training done elsewhere, and objections to the ledger.

Granting goes through `hours.ledger`; a case never writes an entry itself.
Apps above may ask for a member's cases.
"""
