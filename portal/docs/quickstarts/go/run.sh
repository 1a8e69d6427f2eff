set -a; . ./.env; set +a
go run main.go
