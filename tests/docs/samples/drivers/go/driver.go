// What every Go sample is run with: what its reader supplies, and a way to show what it has made.

package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func read(value any) {
	stopOn(json.Unmarshal([]byte(os.Getenv("GIVEN")), value))
}

func given(name string) string {
	var values map[string]string
	read(&values)
	return values[name]
}

func show(shown map[string]any) {
	text, err := json.Marshal(shown)
	stopOn(err)
	fmt.Println(string(text))
}

func stopOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
