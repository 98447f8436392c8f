"""Tests of the lectures app."""
