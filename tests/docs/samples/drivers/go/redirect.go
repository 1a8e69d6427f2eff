package main

func main() {
	authURL, state, err := authorizationRequest()
	stopOn(err)
	show(map[string]any{"auth_url": authURL, "state": state})
}
