package main

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

const contextfile = "https://contextfile.ai"
const scope = "profile:read contexts:read"

var redirectURI = "http://localhost:3000/callback"
var client = http.Client{Timeout: 10 * time.Second}
var sessions sync.Map // the users' tokens, in this server's memory: keep yours in a database

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<title>My app</title>
<h1>My app</h1>
{{with .Problem}}<p role="alert">{{.}}</p>{{end}}
{{if .Contexts}}
<ul>{{range .Contexts}}<li>{{.Name}}</li>{{end}}</ul>
<form method="post" action="/disconnect"><button>Disconnect</button></form>
{{else}}
<a href="/login">Connect with ContextFile</a>
{{end}}
`))

type named struct{ Name string }

// answer has what the program reads of ContextFile's answers.
type answer struct {
	Status       int    `json:"-"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	Description  string `json:"error_description"`
	Message      string
	Data         *[]named
}

func main() {
	if uri := os.Getenv("CONTEXTFILE_REDIRECT_URI"); uri != "" {
		redirectURI = uri
	}
	address, err := url.Parse(redirectURI)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", home)
	http.HandleFunc("/login", login)
	http.HandleFunc(address.Path, callback)
	http.HandleFunc("/disconnect", disconnect)
	log.Fatal(http.ListenAndServe(address.Host, nil))
}

func home(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	key := cookie(r, "session")
	tokens, connected := sessions.Load(key)
	if !connected {
		show(w, http.StatusOK, "", nil)
		return
	}
	contexts := callAPI("/api/v1/contexts", key, tokens.(answer))
	show(w, http.StatusOK, contexts.Message, contexts.Data)
}

func login(w http.ResponseWriter, r *http.Request) {
	state, verifier := random(), random()
	setCookie(w, "pending", state+"."+verifier)
	challenge := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"response_type":         {"code"},
		"client_id":             {os.Getenv("CONTEXTFILE_CLIENT_ID")},
		"redirect_uri":          {redirectURI},
		"scope":                 {scope},
		"state":                 {state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(challenge[:])},
		"code_challenge_method": {"S256"},
	}
	http.Redirect(w, r, contextfile+"/oauth/authorize?"+query.Encode(), http.StatusFound)
}

func callback(w http.ResponseWriter, r *http.Request) {
	state, verifier, _ := strings.Cut(cookie(r, "pending"), ".")
	setCookie(w, "pending", "")
	query := r.URL.Query()
	sent := query.Get("state")
	if state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(sent)) == 0 {
		problem := "This answer belongs to no request of yours. Connect again."
		show(w, http.StatusBadRequest, problem, nil)
		return
	}
	if query.Get("iss") != contextfile {
		show(w, http.StatusBadRequest, "This answer is not from ContextFile.", nil)
		return
	}
	if query.Get("error") != "" {
		show(w, http.StatusForbidden, "No access was given. "+query.Get("error_description"), nil)
		return
	}
	tokens := post("/api/oauth/token", url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {query.Get("code")},
		"redirect_uri":  {redirectURI},
		"code_verifier": {verifier},
	})
	if tokens.Status != http.StatusOK {
		show(w, http.StatusBadGateway, tokens.Description, nil)
		return
	}
	key := random()
	sessions.Store(key, tokens)
	setCookie(w, "session", key)
	http.Redirect(w, r, "/", http.StatusFound)
}

func disconnect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.NotFound(w, r)
		return
	}
	key := cookie(r, "session")
	if tokens, connected := sessions.Load(key); connected {
		// Revoking the refresh token ends the access token as well.
		form := url.Values{"token": {tokens.(answer).RefreshToken}}
		if post("/api/oauth/revoke", form).Status != http.StatusOK {
			problem := "ContextFile could not be reached; nothing was ended. Try again."
			show(w, http.StatusBadGateway, problem, &[]named{})
			return
		}
		sessions.Delete(key)
	}
	http.Redirect(w, r, "/", http.StatusFound)
}

func callAPI(path, key string, tokens answer) answer {
	request, _ := http.NewRequest(http.MethodGet, contextfile+path, nil)
	request.Header.Set("Authorization", "Bearer "+tokens.AccessToken)
	result := send(request)
	if result.Status == http.StatusUnauthorized { // the access token had expired
		if fresh := refresh(key, tokens); fresh.Status == http.StatusOK {
			request.Header.Set("Authorization", "Bearer "+fresh.AccessToken)
			return send(request)
		}
	}
	return result
}

func refresh(key string, tokens answer) answer {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}}
	fresh := post("/api/oauth/token", form)
	if fresh.Status == http.StatusOK {
		sessions.Store(key, fresh) // the refresh token is a new one, too
	} else if fresh.Status == http.StatusBadRequest {
		sessions.Delete(key) // invalid_grant: the user has ended it, or it has expired
	}
	return fresh
}

func post(path string, form url.Values) answer {
	form.Set("client_id", os.Getenv("CONTEXTFILE_CLIENT_ID"))
	form.Set("client_secret", os.Getenv("CONTEXTFILE_CLIENT_SECRET"))
	body := strings.NewReader(form.Encode())
	request, _ := http.NewRequest(http.MethodPost, contextfile+path, body)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(request)
}

func send(request *http.Request) answer {
	response, err := client.Do(request)
	if err != nil {
		log.Print(err)
		const problem = "ContextFile cannot be reached."
		return answer{Message: problem, Description: problem}
	}
	defer response.Body.Close()
	result := answer{Status: response.StatusCode}
	if err := json.NewDecoder(response.Body).Decode(&result); err != nil {
		log.Print(err)
	}
	return result
}

func show(w http.ResponseWriter, status int, problem string, contexts *[]named) {
	w.WriteHeader(status)
	values := map[string]any{"Problem": problem, "Contexts": contexts}
	if err := page.Execute(w, values); err != nil {
		log.Print(err)
	}
}

func random() string {
	bytes := make([]byte, 32)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func cookie(r *http.Request, name string) string {
	found, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return found.Value
}

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name:     name,
		Value:    value,
		Path:     "/",
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
		Secure:   strings.HasPrefix(redirectURI, "https:"),
	})
}
