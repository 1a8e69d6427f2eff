import hashlib
import io

import pytest
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import ClientLogo
from tests.accounts.visitor import Visitor
from tests.developer.app_form import APPS, register, registered
from tests.developer.images import decode, encode, picture


@pytest.fixture
def sha256(app: Flask, developer: Visitor) -> str:
    """An app of Ada's has a logo of this hash."""
    register(developer, logo=(io.BytesIO(encode(picture(), "PNG")), "logo.png"))
    (client,) = registered(app)
    assert client.logo is not None
    return client.logo.sha256


@pytest.mark.parametrize(
    "name",
    [
        "0" * 64 + ".webp",
        "0" * 64,
        "0" * 64 + ".png",
        "é" * 64 + ".webp",
        "%00" * 64 + ".webp",
        "0" * 63 + ".webp",
        "x" * 5000 + ".webp",
        "0" * 64 + "-64.webp",
        "0" * 64 + "-256.webp",
        "..%2f..%2fetc%2fpasswd",
        ".webp",
    ],
)
def test_no_logo_is_served_that_nobody_uploaded(app: Flask, sha256: str, name: str) -> None:
    assert Visitor.of(app).request(f"/logos/{name}").status_code == 404


def test_a_logo_is_known_by_the_hash_of_its_content(app: Flask, sha256: str) -> None:
    answer = Visitor.of(app).request(f"/logos/{sha256}.webp")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == sha256
    assert Visitor.of(app).request(f"/logos/{sha256.upper()}.webp").status_code == 404


@pytest.mark.standard("ContextFile security rule", "66", "Logos are served as images with nosniff")
def test_a_logo_is_an_image_to_every_browser_and_may_be_kept_for_ever(app: Flask, sha256: str) -> None:
    headers = Visitor.of(app).request(f"/logos/{sha256}.webp").headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.standard("ContextFile security rule", "66", "Logos are served without cookies")
def test_a_logo_that_any_cache_may_keep_brings_no_cookie(developer: Visitor, sha256: str) -> None:
    answer = developer.request(f"/logos/{sha256}.webp")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_only_the_sizes_that_pages_show_are_served(app: Flask, sha256: str) -> None:
    for size in ("32", "256", "064", "-64", "", "64-64", "9" * 5000):
        assert Visitor.of(app).request(f"/logos/{sha256}-{size}.webp").status_code == 404, size
    assert Visitor.of(app).request(f"/logos/{sha256.upper()}-64.webp").status_code == 404


@pytest.mark.parametrize("side", [128, 64])
def test_a_logo_comes_smaller_too_and_the_same_in_every_other_way(app: Flask, sha256: str, side: int) -> None:
    large, small = (Visitor.of(app).request(f"/logos/{sha256}{size}.webp") for size in ("", f"-{side}"))
    logo = decode(small.data)
    assert (logo.format, logo.size) == ("WEBP", (side, side))
    assert len(small.data) < len(large.data)
    for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Security-Policy"):
        assert small.headers[name] == large.headers[name]
    left, right = logo.convert("RGB").getpixel((5, side // 2)), logo.convert("RGB").getpixel((side - 5, side // 2))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]


def test_a_logo_of_before_there_were_several_sizes_comes_in_its_only_one(app: Flask, sha256: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(ClientLogo).values(image_128=None, image_64=None))
    for size in ("-128", "-64"):
        assert decode(Visitor.of(app).request(f"/logos/{sha256}{size}.webp").data).size == (256, 256)


def test_a_browser_is_offered_every_size(developer: Visitor, sha256: str) -> None:
    (image,) = developer.open(APPS).document.find("img")
    offered = [f"/logos/{sha256}{size}.webp" for size in ("-64", "-128", "")]
    assert image["srcset"] == ", ".join(f"{url} {width}w" for url, width in zip(offered, (64, 128, 256), strict=True))
    assert image["sizes"] == f"{image['width']}px"
    for url in offered:
        assert developer.request(url).status_code == 200


def test_the_pages_of_an_app_show_its_logo(app: Flask, developer: Visitor, sha256: str) -> None:
    (client,) = registered(app)
    for path in (APPS, f"{APPS}/{client.client_id}"):
        assert [image["src"] for image in developer.open(path).document.find("img")] == [f"/logos/{sha256}.webp"]


def test_two_apps_may_have_the_same_logo(app: Flask, developer: Visitor, sha256: str) -> None:
    register(developer, logo=(io.BytesIO(encode(picture(), "PNG")), "logo.png"))
    assert [client.logo.sha256 for client in registered(app) if client.logo] == [sha256] * 2
    assert Visitor.of(app).request(f"/logos/{sha256}.webp").status_code == 200
