package main

func main() {
	newTokens, err := refresh(given("stored_refresh_token"))
	stopOn(err)
	show(map[string]any{"new_tokens": newTokens})
}
