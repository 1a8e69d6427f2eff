package main

func main() {
	authURL, state, codeVerifier, err := authorizationRequest()
	stopOn(err)
	show(map[string]any{"auth_url": authURL, "state": state, "code_verifier": codeVerifier})
}
