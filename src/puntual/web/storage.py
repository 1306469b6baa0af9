"""Static files under hashed names, from the collected folder or straight from the package."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names where files were collected; plain names where they were not (tests, demo)."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one when nothing was collected."""
        if not self.hashed_files:
            return name
        return super().stored_name(name)
