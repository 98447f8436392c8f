"""How a checkout is made ready, checked and served."""
