package main

func main() {
	tokens, err := exchange(given("authorization_code"), given("stored_code_verifier"))
	stopOn(err)
	show(map[string]any{"tokens": tokens})
}
