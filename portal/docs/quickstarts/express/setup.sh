npm install express express-session
