"""Logos: whatever is uploaded is decoded and encoded anew, so that nothing but pixels gets through."""

import hashlib
import io
import math
import os
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps

from portal.config import current_settings
from portal.oauth.models import ClientLogo

MOST_PIXELS = 4_000_000
MOST_SCANS = 100
"""Of a progressive JPEG: each costs a pass over all pixels, and takes few bytes."""
_FORMATS = ("PNG", "JPEG", "WEBP")


class UnusableLogo(ValueError):
    """The upload cannot be a logo; the message says why and what would."""


@dataclass(frozen=True)
class Logo:
    """A square WebP image of 256 pixels a side, the same one smaller, and the hash that is the address of all."""

    sha256: str
    image: bytes
    image_128: bytes
    image_64: bytes

    def to_store(self) -> ClientLogo:
        """The row that keeps it."""
        return ClientLogo(sha256=self.sha256, image=self.image, image_128=self.image_128, image_64=self.image_64)


def in_words(size: int) -> str:
    """A number of bytes as people say it, rounded up: 1.4 MB, 200 KB."""
    unit, name = (1024 * 1024, "MB") if size >= 1024 * 1024 else (1024, "KB")
    return f"{math.ceil(size * 10 / unit) / 10:g} {name}"


def read_logo(upload: IO[bytes]) -> Logo:
    """Make a logo of an uploaded file.

    Args:
        upload: the file; it is not read if it is larger than the settings allow.

    Raises:
        UnusableLogo: too large, of another format, animated, damaged or a decompression bomb.
    """
    size, most = upload.seek(0, os.SEEK_END), current_settings().most_logo_bytes
    if size > most:
        raise UnusableLogo(
            f"The file has {in_words(size)}, and {in_words(most)} is the most; make it smaller, "
            "256 × 256 pixels will do."
        )
    upload.seek(0)
    content = upload.read()
    try:
        # Size and frames are known from the header; nothing is decoded before they are judged.
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise UnusableLogo(f"The image is {width} × {height} pixels; 256 × 256 will do.")
            if image.format == "JPEG" and content.count(b"\xff\xda") > MOST_SCANS:
                raise UnusableLogo("The JPEG has too many scans; save it again as an ordinary one.")
            if getattr(image, "is_animated", False):
                raise UnusableLogo("The image is animated; use a still one.")
            return _encode(image)
    except UnusableLogo:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnusableLogo("The image has far too many pixels; 256 × 256 will do.") from None
    except Exception as error:
        raise UnusableLogo("This is not a readable PNG, JPEG or WebP image (SVG is not accepted).") from error


def _encode(image: Image.Image) -> Logo:
    upright = ImageOps.exif_transpose(image)
    square = ImageOps.fit(upright.convert("RGBA"), (256, 256), Image.Resampling.LANCZOS)
    large, medium, small = (_as_webp(square, side) for side in (256, 128, 64))
    return Logo(hashlib.sha256(large).hexdigest(), large, medium, small)


def _as_webp(square: Image.Image, side: int) -> bytes:
    buffer = io.BytesIO()
    square.resize((side, side), Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=85, method=4)
    return buffer.getvalue()
