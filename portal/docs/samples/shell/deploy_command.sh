sudo systemd-run --pty --wait --quiet --uid=contextfile \
  --property=EnvironmentFile=/etc/contextfile-connect/environment \
  --setenv=INSTANCE_PATH=/var/lib/contextfile-connect \
  --working-directory=/var/lib/contextfile-connect \
  /opt/contextfile-connect/bin/contextfile-connect doctor
