package main

func main() {
	introspection, err := introspect(given("access_token"))
	stopOn(err)
	show(map[string]any{"introspection": introspection})
}
