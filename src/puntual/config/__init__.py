"""Settings, URLs and start-up checks of the deployed product."""
