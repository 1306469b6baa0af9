"""Word lists of the demo portfolio: people, businesses, places and what collectors write down."""
