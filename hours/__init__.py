"""The ledger of study hours, its rules and requirements. Knows nothing of films or pages."""
