"""Logos: whatever is uploaded is decoded and encoded anew, so that nothing but pixels gets through."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4_000_000
MOST_SCANS = 100
"""Of a progressive JPEG: each costs a pass over all pixels, and takes few bytes."""
SIDE = 256
_FORMATS = ("PNG", "JPEG", "WEBP")


class UnusableLogo(ValueError):
    """The upload cannot be a logo; the message says why and what would."""


@dataclass(frozen=True)
class Logo:
    """A square WebP image, and the hash that is its address."""

    sha256: str
    image: bytes


def read_logo(upload: bytes) -> Logo:
    """Make a logo of an uploaded file.

    Args:
        upload: the file's bytes; only MOST_BYTES + 1 of it need be read.

    Raises:
        UnusableLogo: too large, of another format, animated, damaged or a decompression bomb.
    """
    if len(upload) > MOST_BYTES:
        raise UnusableLogo("The file is larger than 1 MB; make it smaller, 256 × 256 pixels will do.")
    try:
        # Size and frames are known from the header; nothing is decoded before they are judged.
        with warnings.catch_warnings(), Image.open(io.BytesIO(upload), formats=_FORMATS) as image:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise UnusableLogo(f"The image is {width} × {height} pixels; 256 × 256 will do.")
            if image.format == "JPEG" and upload.count(b"\xff\xda") > MOST_SCANS:
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
    square = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    square.save(buffer, "WEBP", quality=85, method=4)
    return Logo(hashlib.sha256(buffer.getvalue()).hexdigest(), buffer.getvalue())
