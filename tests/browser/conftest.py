import pytest

from tests.browser.lived_in_app import APPS, live
from tests.fixtures.servers import Demo, LiveServer


@pytest.fixture(scope="module")
def lived_in(live_server: LiveServer, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of the pages of an app with a past, one more of the demo's developer."""
    return f"{APPS}/{live(live_server, tmp_path_factory.mktemp('beside'), like=demo.confidential.client_id)}"
