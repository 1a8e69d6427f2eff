"""Files that people upload as a logo, good and bad."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> Image.Image:
    """A picture: the left half is red, the right half blue."""
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def encode(image: Image.Image, format: str, **options: Any) -> bytes:  # noqa: A002  # Pillow's name
    """The picture as a file of this format."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def decode(content: bytes) -> Image.Image:
    """The picture that a file holds."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def animation(format: str) -> bytes:  # noqa: A002
    """Two different frames."""
    first, second = picture(), picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return encode(first, format, save_all=True, append_images=[second], duration=100)


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG file whose header promises a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def noise(size: int) -> Image.Image:
    """A picture that does not compress."""
    return Image.effect_noise((size, size), 200)
