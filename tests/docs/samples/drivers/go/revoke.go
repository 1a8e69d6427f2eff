package main

func main() {
	stopOn(revoke(given("stored_refresh_token")))
	show(map[string]any{})
}
