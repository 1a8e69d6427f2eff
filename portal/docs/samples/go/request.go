package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

type Contexts struct {
	Data []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"data"`
}

func listContexts(accessToken string) (*Contexts, error) {
	request, err := http.NewRequest("GET", "https://contextfile.ai/api/v1/contexts", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+accessToken)
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		return nil, fmt.Errorf("%s: %s", response.Status, body)
	}
	var contexts Contexts
	if err := json.NewDecoder(response.Body).Decode(&contexts); err != nil {
		return nil, err
	}
	return &contexts, nil
}
