package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
)

// Keep state and codeVerifier: the callback compares one, and the exchange sends the other.
// Redirect user to authURL.
func authorizationRequest() (authURL, state, codeVerifier string, err error) {
	octets := make([]byte, 64)
	if _, err = rand.Read(octets); err != nil {
		return "", "", "", err
	}
	state = base64.RawURLEncoding.EncodeToString(octets[:32])
	codeVerifier = base64.RawURLEncoding.EncodeToString(octets[32:])

	digest := sha256.Sum256([]byte(codeVerifier))
	parameters := url.Values{
		"response_type":         {"code"},
		"client_id":             {"YOUR_CLIENT_ID"},
		"redirect_uri":          {"https://yourapp.com/callback"},
		"scope":                 {"profile:read contexts:read"},
		"state":                 {state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(digest[:])},
		"code_challenge_method": {"S256"},
	}
	return "https://contextfile.ai/oauth/authorize?" + parameters.Encode(), state, codeVerifier, nil
}
