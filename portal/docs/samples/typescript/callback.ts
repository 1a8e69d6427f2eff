// query: the URLSearchParams of the callback’s address
function codeFromCallback(query: URLSearchParams, storedState: string | undefined): string {
  // Not the answer to this user’s own request
  if (!storedState || query.get('state') !== storedState) {
    throw new Error('This answer belongs to no request of yours. Connect again.');
  }
  // Not an answer from this server (RFC 9207)
  if (query.get('iss') !== 'https://contextfile.ai') {
    throw new Error('This answer is not from ContextFile.');
  }
  // The user did not allow it, or the request was wrong
  const code = query.get('code');
  if (!code) {
    throw new Error(`${query.get('error')}: ${query.get('error_description')}`);
  }
  return code;
}
