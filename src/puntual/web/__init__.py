"""What every page shares: layouts, components, assets, formats and navigation."""
