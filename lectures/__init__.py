"""Units of teaching and the watching of them."""
