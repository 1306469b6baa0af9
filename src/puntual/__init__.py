"""Puntual: collections software for Mexico and Latin America."""
