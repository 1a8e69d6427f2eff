"""Whatever is uploaded as a logo: nothing but its pixels gets through (ASVS 5.2.2, 5.2.6)."""

import base64
import gzip
import io
import time
import tracemalloc

import pytest
from flask import Flask
from PIL import Image

from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import register, registered
from tests.developer.images import SIGNATURE, animation, chunk, decode, encode, noise, picture, png_that_claims
from tests.fixtures.applications import MakeApp

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
PNG, JPEG, WEBP = (encode(picture(), name) for name in ("PNG", "JPEG", "WEBP"))
UNREADABLE = {
    "svg": SVG,
    "svg with an xml head": b'<?xml version="1.0"?>' + SVG,
    "compressed svg": gzip.compress(SVG),
    "gif": encode(picture("P"), "GIF"),
    "bmp": encode(picture(), "BMP"),
    "tiff": encode(picture(), "TIFF"),
    "ico": encode(picture(size=(64, 64)), "ICO"),
    "html": b"<!doctype html><script>alert(1)</script>",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "text": b"not an image",
    "one byte": b"\0",
    "signature only": SIGNATURE,
    "markup after a signature": SIGNATURE + SVG,
    "png without its signature": PNG[1:],
    "png cut short": PNG[: len(PNG) // 2],
    "jpeg cut short": JPEG[: len(JPEG) // 2],
    "webp cut short": WEBP[: len(WEBP) // 2],
    "png with a broken checksum": PNG.replace(b"IHDR", b"IHDr"),
    "png without pixels": png_that_claims(300, 200)[:33] + chunk(b"IEND", b""),
    "png of no size": png_that_claims(0, 0),
}


def upload(developer: Visitor, content: bytes, name: str = "logo.png", **fields: str) -> Page:
    """Register an app with this file as its logo."""
    return Page(register(developer, logo=(io.BytesIO(content), name), **fields))


def logo_of(app: Flask) -> bytes:
    (client,) = registered(app)
    assert client.logo is not None
    return Visitor.of(app).request(f"/logos/{client.logo.sha256}.webp").get_data()


@pytest.mark.standard("ContextFile security rule", "66", "SVG, polyglots and wrong magic are refused")
@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_readable_image_is_refused(app: Flask, developer: Visitor, content: bytes) -> None:
    page = upload(developer, content)
    assert_fault_at(page, "logo", "not a readable PNG, JPEG or WebP image")
    assert page.values["name"] == "Acme Notes"
    assert page.values["kept_logo"] == ""
    assert registered(app) == []


@pytest.mark.standard("ContextFile security rule", "66", "Animations are refused")
@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_an_animation_is_refused(app: Flask, developer: Visitor, format: str) -> None:  # noqa: A002
    assert_fault_at(upload(developer, animation(format)), "logo", "animated", "a still one")
    assert registered(app) == []


def test_more_than_a_megabyte_is_refused(app: Flask, developer: Visitor) -> None:
    content = encode(noise(1300), "PNG")
    assert 1024 * 1024 < len(content) < 1.1 * 1024 * 1024
    assert_fault_at(upload(developer, content), "logo", "has 1.1 MB, and 1 MB is the most", "256 × 256")
    assert registered(app) == []


def test_a_photo_as_a_camera_makes_it_is_refused_at_its_field(app: Flask, developer: Visitor) -> None:
    assert_fault_at(upload(developer, b"x" * 8_000_000), "logo", "has 7.7 MB, and 1 MB is the most", "256 × 256")
    assert registered(app) == []


@pytest.mark.parametrize(("surplus", "status"), [(0, 200), (1, 422)])
def test_how_large_a_logo_may_be_is_a_setting(make_app: MakeApp, surplus: int, status: int) -> None:
    developer = visit_signed_in(make_app(most_logo_bytes=100 * 1024))
    page = upload(developer, PNG + b"x" * (100 * 1024 - len(PNG) + surplus))
    assert page.status == status
    if surplus:
        assert_fault_at(page, "logo", "has 100.1 KB, and 100 KB is the most")
        assert "up to 100 KB" in page.text


def test_a_file_far_beyond_that_is_refused_with_a_page(app: Flask, developer: Visitor) -> None:
    page = upload(developer, b"x" * 17_000_000)
    assert page.status == 413
    assert page.title == "That is too large"
    assert registered(app) == []


@pytest.mark.standard("ContextFile security rule", "66", "Decompression bombs are refused")
@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 10_000), (2001, 2000), (2**31 - 1, 1), (1, 2**31 - 1)])
def test_an_image_that_would_unpack_into_gigabytes_is_refused_before_it_is_unpacked(
    app: Flask, developer: Visitor, size: tuple[int, int]
) -> None:
    content = png_that_claims(*size)
    form_is_there = upload(developer, b"\0")
    assert form_is_there.status == 422
    tracemalloc.start()
    began = time.process_time()
    page = upload(developer, content)
    seconds, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert_fault_at(page, "logo", "pixels", "256 × 256 will do")
    assert seconds < 2
    assert most < 50_000_000
    assert registered(app) == []


def test_a_jpeg_that_is_drawn_over_and_over_is_refused(app: Flask, developer: Visitor) -> None:
    content = encode(picture(), "JPEG", progressive=True)
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    assert_fault_at(upload(developer, content[:-2] + 150 * last_scan + content[-2:]), "logo", "too many scans")
    assert registered(app) == []


@pytest.mark.parametrize(
    "kept", ["x", "=", "!!!!", "é", "\0", base64.b64encode(SVG).decode(), base64.b64encode(animation("PNG")).decode()]
)
def test_a_kept_logo_that_was_tampered_with_is_treated_as_an_upload(app: Flask, developer: Visitor, kept: str) -> None:
    page = Page(register(developer, kept_logo=kept))
    assert page.status == 422
    assert list(page.errors) == ["logo"]
    assert registered(app) == []


@pytest.mark.parametrize(
    ("format", "mode"),
    [
        ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "1"), ("PNG", "I;16"),
        ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGB"), ("WEBP", "RGBA"),
    ],
)  # fmt: skip
def test_every_still_png_jpeg_and_webp_becomes_a_square_webp(
    app: Flask,
    developer: Visitor,
    format: str,  # noqa: A002
    mode: str,
) -> None:
    image = picture("L").convert("I;16") if mode == "I;16" else picture(mode)
    assert upload(developer, encode(image, format), name="LOGO").status == 200
    logo = decode(logo_of(app))
    assert (logo.format, logo.size, getattr(logo, "n_frames", 1)) == ("WEBP", (256, 256), 1)


@pytest.mark.parametrize("size", [(1, 1), (256, 256), (1000, 10), (16, 4000), (2000, 2000)])
def test_an_image_of_any_shape_is_cut_to_its_middle(app: Flask, developer: Visitor, size: tuple[int, int]) -> None:
    assert upload(developer, encode(picture(size=size), "PNG")).status == 200
    assert decode(logo_of(app)).size == (256, 256)


@pytest.mark.standard("ContextFile security rule", "66", "EXIF is not kept: every logo is encoded anew")
def test_what_an_image_says_about_who_made_it_where_is_not_kept(app: Flask, developer: Visitor) -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARY-description"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 29: "CANARY-gps"}
    exif[0x0112] = 6  # turned by a quarter
    options = {"exif": exif, "icc_profile": b"CANARY-profile", "comment": b"CANARY-comment", "xmp": b"CANARY-xmp"}
    content = encode(picture(), "JPEG", **options)
    assert content.count(b"CANARY") >= 4
    assert upload(developer, content).status == 200
    stored = logo_of(app)
    assert b"CANARY" not in stored
    assert b"EXIF" not in stored
    logo = decode(stored)
    assert not logo.getexif()
    top, bottom = logo.convert("RGB").getpixel((128, 20)), logo.convert("RGB").getpixel((128, 236))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > top[2]  # upright: red, the left half, is on top
    assert bottom[2] > 150 > bottom[0]


@pytest.mark.parametrize("content", [PNG, JPEG, WEBP])
def test_what_hangs_behind_the_pixels_is_left_behind(app: Flask, developer: Visitor, content: bytes) -> None:
    payload = b"<script>alert('CANARY')</script><?php CANARY ?>"
    assert upload(developer, content + payload, name="logo.php.png").status == 200
    assert b"CANARY" not in logo_of(app)


def test_texts_inside_a_png_are_left_behind(app: Flask, developer: Visitor) -> None:
    head, tail = PNG[:33], PNG[33:]
    assert upload(developer, head + chunk(b"tEXt", b"Author\0CANARY") + tail).status == 200
    assert b"CANARY" not in logo_of(app)


def test_the_name_of_the_file_means_nothing(app: Flask, developer: Visitor) -> None:
    for number, name in enumerate(("../../etc/passwd", "logo.svg", "\u202egnp.exe", "x" * 300)):
        assert upload(developer, PNG, name=name).status == 200, name
        assert len(registered(app)) == number + 1
