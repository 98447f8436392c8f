"""Model people and places of the district."""
