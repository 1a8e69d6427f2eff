package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

// When the user disconnects: the refresh token takes its access tokens along
func revoke(storedRefreshToken string) error {
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.PostForm("https://contextfile.ai/api/oauth/revoke", url.Values{
		"token":         {storedRefreshToken},
		"client_id":     {os.Getenv("CONTEXTFILE_CLIENT_ID")},
		"client_secret": {os.Getenv("CONTEXTFILE_CLIENT_SECRET")},
	})
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s: %s", response.Status, body)
	}
	return nil
}
