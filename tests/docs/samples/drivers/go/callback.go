package main

import (
	"encoding/json"
	"net/url"
)

func main() {
	var asked struct{ Cases [][2]json.RawMessage }
	read(&asked)
	results := []map[string]string{}
	for _, one := range asked.Cases {
		var sent map[string]string
		var storedState string
		stopOn(json.Unmarshal(one[0], &sent))
		stopOn(json.Unmarshal(one[1], &storedState))
		query := url.Values{}
		for name, value := range sent {
			query.Set(name, value)
		}
		if code, err := codeFromCallback(query, storedState); err != nil {
			results = append(results, map[string]string{"refused": err.Error()})
		} else {
			results = append(results, map[string]string{"code": code})
		}
	}
	show(map[string]any{"cases": results})
}
