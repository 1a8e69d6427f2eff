make wheel
RELEASE=/opt/contextfile-connect-0.2.0
sudo python3 -m venv "$RELEASE"
sudo "$RELEASE/bin/pip" install --require-hashes -r requirements.lock
sudo "$RELEASE/bin/pip" install --no-deps dist/*.whl
sudo ln --symbolic --force --no-dereference "$RELEASE" /opt/contextfile-connect
