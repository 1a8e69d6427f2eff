"""A node of an earlier release, run in that release's own folder: works before and after another one has migrated."""

import sys

from portal import create_app
from portal.foundation.migrations import migrate
from tests.factories import PASSWORD
from tests.oauth.parties import form_value, meet

app = create_app()
migrate(app)
owner, client = meet(app)
tokens = client.obtain_tokens(owner)
sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()
tokens = client.refresh(tokens["refresh_token"]).get_json()
assert client.call(tokens["access_token"]).status_code == 200
assert client.call(tokens["access_token"], "/api/v1/contexts").status_code == 200
assert client.introspect(tokens["access_token"])["active"]
assert client.revoke(tokens["refresh_token"]).status_code == 200
assert not client.introspect(tokens["access_token"])["active"]
assert client.obtain_tokens(owner)["access_token"], "who was signed in before can still allow"
visitor = app.test_client()
form = {"csrf_token": form_value(visitor.get("/login"), "csrf_token")}
answer = visitor.post("/login", data={**form, "email": owner.person.email, "password": PASSWORD})
assert answer.status_code in {302, 303}, answer.text
assert visitor.get("/settings/connected-apps").status_code == 200
if "recorder" in app.extensions:  # the first release had none
    app.extensions["recorder"].write()
sys.stdout.write("well\n")
