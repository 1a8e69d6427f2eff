sudo -u postgres createuser --pwprompt portal
sudo -u postgres createdb --owner=portal portal
