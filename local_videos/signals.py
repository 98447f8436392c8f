"""What other apps may listen to."""

from django.dispatch import Signal

# Sent after commit when a film has become playable, or a better version of it; receivers get `video`.
video_ready = Signal()
