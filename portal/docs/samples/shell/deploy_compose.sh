cd portal/operations/deployment
install --mode=0600 environment.example environment
"${EDITOR:-vi}" environment
docker compose --env-file environment build
docker compose --env-file environment up --detach --wait
docker compose --env-file environment exec portal-1 contextfile-connect doctor
