sudo ln --symbolic --force --no-dereference /opt/contextfile-connect-0.2.0 /opt/contextfile-connect
sudo systemctl restart portal.service
curl --fail --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:5000/readyz
sudo systemctl try-restart portal-worker.service
