"""The staff pages, a module for each section of the navigation."""
