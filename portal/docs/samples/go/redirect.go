package main

import (
	"crypto/rand"
	"encoding/hex"
	"net/url"
)

// Keep state in the user’s session: the callback compares it. Redirect user to authURL.
func authorizationRequest() (authURL, state string, err error) {
	octets := make([]byte, 32)
	if _, err = rand.Read(octets); err != nil {
		return "", "", err
	}
	state = hex.EncodeToString(octets)

	parameters := url.Values{
		"response_type": {"code"},
		"client_id":     {"YOUR_CLIENT_ID"},
		"redirect_uri":  {"https://yourapp.com/callback"},
		"scope":         {"profile:read contexts:read"},
		"state":         {state},
	}
	return "https://contextfile.ai/oauth/authorize?" + parameters.Encode(), state, nil
}
