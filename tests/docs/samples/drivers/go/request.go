package main

func main() {
	contexts, err := listContexts(given("access_token"))
	stopOn(err)
	show(map[string]any{"contexts": contexts})
}
