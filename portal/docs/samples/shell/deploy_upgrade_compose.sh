docker compose --env-file environment build
docker compose --env-file environment run --rm migration
for service in portal-1 portal-2 worker; do
  docker compose --env-file environment up --detach --wait --no-deps "$service"
  docker compose --env-file environment exec proxy nginx -s reload
done
