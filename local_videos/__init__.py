"""Moving pictures: take films in, transcode them, stream them. Knows nothing of lectures."""
