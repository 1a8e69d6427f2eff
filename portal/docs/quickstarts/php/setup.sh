php --ri curl
