require "digest"
require "json"
require "net/http"
require "securerandom"
require "sinatra"

CONTEXTFILE = "https://contextfile.ai"
CLIENT_ID = ENV.fetch("CONTEXTFILE_CLIENT_ID")
CLIENT_SECRET = ENV.fetch("CONTEXTFILE_CLIENT_SECRET")
REDIRECT_URI = ENV.fetch("CONTEXTFILE_REDIRECT_URI", "http://localhost:3000/callback")
SCOPE = "profile:read contexts:read"

set :bind, URI(REDIRECT_URI).hostname
set :port, URI(REDIRECT_URI).port
set :protection, reaction: :deny # another site's form is refused, before it gets a session
set :show_exceptions, false # Sinatra's own page shows the session, with the tokens
# Sessions, with the users' tokens, are in this server's memory: keep yours in a database.
use Rack::Session::Pool, same_site: :lax

helpers do
  def h(text) = Rack::Utils.escape_html(text)

  def page(problem: nil, contexts: nil)
    erb :page, locals: { problem: problem, contexts: contexts }
  end

  def post_to(path, **form)
    request = Net::HTTP::Post.new(URI(CONTEXTFILE + path))
    request.set_form_data(form.merge(client_id: CLIENT_ID, client_secret: CLIENT_SECRET))
    answer_to(request)
  end

  def answer_to(request)
    uri = request.uri
    options = { use_ssl: uri.scheme == "https", open_timeout: 10, read_timeout: 10 }
    Net::HTTP.start(uri.hostname, uri.port, **options) { |http| http.request(request) }
  end

  def call_api(path)
    call = lambda do
      headers = { "Authorization" => "Bearer #{session[:tokens]["access_token"]}" }
      answer_to(Net::HTTP::Get.new(URI(CONTEXTFILE + path), headers))
    end
    answer = call.()
    answer.code == "401" && refresh ? call.() : answer # the access token had expired
  end

  def refresh
    form = { grant_type: "refresh_token", refresh_token: session[:tokens]["refresh_token"] }
    answer = post_to("/api/oauth/token", **form)
    if answer.code == "400" # invalid_grant: the user has ended it, or it has expired
      session.delete(:tokens)
      return false
    end
    answer.value # raises an error unless the status is 200
    session[:tokens] = JSON.parse(answer.body) # the refresh token is a new one, too
  end
end

get "/" do
  return page unless session[:tokens]

  answer = JSON.parse(call_api("/api/v1/contexts").body)
  page(problem: answer["message"], contexts: answer["data"])
end

get "/login" do
  state, verifier = SecureRandom.urlsafe_base64(32), SecureRandom.urlsafe_base64(32)
  session[:pending] = { state: state, verifier: verifier } # this browser's alone
  query = {
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: state,
    code_challenge: Digest::SHA256.base64digest(verifier).tr("+/", "-_").delete("="),
    code_challenge_method: "S256",
  }
  redirect "#{CONTEXTFILE}/oauth/authorize?#{URI.encode_www_form(query)}"
end

get URI(REDIRECT_URI).path do
  pending = session.delete(:pending)
  unless pending && Rack::Utils.secure_compare(pending[:state], params[:state].to_s)
    halt 400, page(problem: "This answer belongs to no request of yours. Connect again.")
  end
  halt 400, page(problem: "This answer is not from ContextFile.") unless params[:iss] == CONTEXTFILE
  halt 403, page(problem: "No access was given. #{params[:error_description]}") if params[:error]
  answer = post_to(
    "/api/oauth/token",
    grant_type: "authorization_code",
    code: params[:code],
    redirect_uri: REDIRECT_URI,
    code_verifier: pending[:verifier],
  )
  tokens = JSON.parse(answer.body)
  halt 502, page(problem: tokens["error_description"]) unless answer.code == "200"
  request.session_options[:renew] = true # the same session, under a new ID
  session[:tokens] = tokens
  redirect "/"
end

post "/disconnect" do
  if session[:tokens]
    # Revoking the refresh token ends the access token as well.
    answer = post_to("/api/oauth/revoke", token: session[:tokens]["refresh_token"])
    answer.value # raises an error unless the status is 200
    session.delete(:tokens)
  end
  redirect "/"
rescue StandardError
  problem = "ContextFile could not be reached; nothing was ended. Try again."
  halt 502, page(problem: problem, contexts: [])
end

error do
  page(problem: "Something went wrong. Try again.")
end

__END__

@@page
<!doctype html>
<html lang="en">
<title>My app</title>
<h1>My app</h1>
<% if problem %><p role="alert"><%= h problem %></p><% end %>
<% if contexts %>
<ul><% contexts.each do |context| %><li><%= h context["name"] %></li><% end %></ul>
<form method="post" action="/disconnect"><button>Disconnect</button></form>
<% else %>
<a href="/login">Connect with ContextFile</a>
<% end %>
