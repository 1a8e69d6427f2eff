sudo useradd --system --shell /usr/sbin/nologin contextfile
sudo /opt/contextfile-connect/bin/contextfile-connect deployment /etc/contextfile-connect
cd /etc/contextfile-connect
sudo install --mode=0600 environment.example environment
sudoedit environment
sudo cp portal*.service portal*.timer /etc/systemd/system/
sudo systemctl daemon-reload
sudo systemctl enable --now portal.service portal-purge.timer portal-backup.timer
