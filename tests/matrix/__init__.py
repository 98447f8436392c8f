"""Role × page × object: every address, asked by everybody, with data that could leak."""
