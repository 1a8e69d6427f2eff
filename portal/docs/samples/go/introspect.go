package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

type Introspection struct {
	Active bool   `json:"active"`
	Scope  string `json:"scope"`
	Expiry int64  `json:"exp"` // seconds since 1970
}

func introspect(accessToken string) (*Introspection, error) {
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.PostForm("https://contextfile.ai/api/oauth/introspect", url.Values{
		"token":         {accessToken},
		"client_id":     {os.Getenv("CONTEXTFILE_CLIENT_ID")},
		"client_secret": {os.Getenv("CONTEXTFILE_CLIENT_SECRET")},
	})
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		return nil, fmt.Errorf("%s: %s", response.Status, body)
	}
	var introspection Introspection
	if err := json.NewDecoder(response.Body).Decode(&introspection); err != nil {
		return nil, err
	}
	return &introspection, nil
}
