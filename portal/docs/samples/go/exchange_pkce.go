package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

type Tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
}

func exchange(authorizationCode, storedCodeVerifier string) (*Tokens, error) {
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.PostForm("https://contextfile.ai/api/oauth/token", url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {authorizationCode},
		"redirect_uri":  {"https://yourapp.com/callback"},
		"client_id":     {"YOUR_CLIENT_ID"},
		"code_verifier": {storedCodeVerifier},
	})
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		return nil, fmt.Errorf("%s: %s", response.Status, body)
	}
	var tokens Tokens
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil {
		return nil, err
	}
	return &tokens, nil
}
