package main

func main() {
	tokens, err := exchange(given("authorization_code"))
	stopOn(err)
	show(map[string]any{"tokens": tokens})
}
