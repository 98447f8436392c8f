"""What members tells the apps above, which it does not know."""

from django.dispatch import Signal

# Sent by a transaction that is going to change who is counted where (where members belong, as what, whether
# they have left, the tree above them), before it locks or changes a row: whoever counts takes its lock then,
# which comes before all others (`docs/architecture.md`, "Locks"). Sender: the model that changes.
members_changing = Signal()

# Sent with `ids` (primary keys) in the transaction that changed where members belong, or as what, by a call
# that sends none of Django's own signals: bulk_create, bulk_update, update. Sender: the Member model.
members_changed = Signal()

# Sent with `member` in the transaction that makes them nameless, before anything is taken away: whoever keeps
# words or files of them forgets those, or raises `members.changes.leaving.LeavingRefusedError`. Sender: the
# Member model.
member_leaving = Signal()

# Sent with `organization`, `before` and `after` (primary keys of those above it) in the transaction that
# moved an organization in the tree. Sender: the Organization model.
organization_moved = Signal()
