package main

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
)

// query: the parameters of the callback’s address, request.URL.Query()
func codeFromCallback(query url.Values, storedState string) (string, error) {
	// Not the answer to this user’s own request
	state := query.Get("state")
	if storedState == "" || subtle.ConstantTimeCompare([]byte(state), []byte(storedState)) != 1 {
		return "", errors.New("this answer belongs to no request of yours; connect again")
	}
	// Not an answer from this server (RFC 9207)
	if query.Get("iss") != "https://contextfile.ai" {
		return "", errors.New("this answer is not from ContextFile")
	}
	// The user did not allow it, or the request was wrong
	if query.Get("code") == "" {
		return "", fmt.Errorf("%s: %s", query.Get("error"), query.Get("error_description"))
	}
	return query.Get("code"), nil
}
