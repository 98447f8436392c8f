"""Finding anything by any Chinese word. Knows no page type by name."""
