"""Composition root: settings, addresses, home page and page shell. Imported by no other room."""
