require "openssl"

# query: the parameters of the callback’s address
def code_from_callback(query, stored_state)
  # Not the answer to this user’s own request
  if stored_state.to_s.empty? || !OpenSSL.secure_compare(query["state"].to_s, stored_state)
    raise "This answer belongs to no request of yours. Connect again."
  end
  # Not an answer from this server (RFC 9207)
  if query["iss"] != "https://contextfile.ai"
    raise "This answer is not from ContextFile."
  end
  # The user did not allow it, or the request was wrong
  if query["code"].to_s.empty?
    raise "#{query["error"]}: #{query["error_description"]}"
  end
  query["code"]
end
