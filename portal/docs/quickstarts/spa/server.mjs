import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const contextfile = 'https://contextfile.ai'
const redirectUri = 'http://localhost:3000/callback'
const { hostname, port } = new URL(redirectUri)
const policy = `default-src 'self'; connect-src ${contextfile}; frame-ancestors 'none'`

// Every address but the script's is the page's, also the redirect URI.
createServer(async (request, response) => {
  const [file, type] =
    request.url === '/app.js' ? ['app.js', 'text/javascript'] : ['index.html', 'text/html']
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy })
  response.end(await readFile(file))
}).listen(port, hostname.replace(/[[\]]/g, '')) // IPv6 without its brackets
