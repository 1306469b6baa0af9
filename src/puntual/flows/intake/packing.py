"""A folder of files as one archive: a year of CFDI is one import, not ten thousand."""

import io
import zipfile
from pathlib import Path

from django.conf import settings

from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows

# The same folder gives the same bytes, whenever it is packed.
_MOMENT = (2000, 1, 1, 0, 0, 0)


def packed(*, folder: Path) -> bytes:
    """
    Put the files of a folder and of those below it into one archive; links are not followed.

    Raises: intake.operations.UnableToReadFile when they are too much for one import, none at all, or none of CFDI: of
    other files nobody could say which one is meant.
    """
    left = settings.IMPORT_FILE_BYTES_MAX
    buffer = io.BytesIO()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    if not files:
        raise intake.UnableToReadFile(code="file-empty")
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in files:
            left -= path.stat().st_size
            if left < 0:
                raise intake.UnableToReadFile(
                    code="file-too-large", detail=str(settings.IMPORT_FILE_BYTES_MAX // 1024**2)
                )
            name = path.relative_to(folder).as_posix()
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), path.read_bytes(), zipfile.ZIP_DEFLATED, 1)
    content = buffer.getvalue()
    if not intake_rows.are_vouchers(content=content):
        raise intake.UnableToReadFile(code="folder-without-cfdi")
    return content
