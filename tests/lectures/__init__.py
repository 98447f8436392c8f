"""Tests of the lectures room."""
