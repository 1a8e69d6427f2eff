printf 'Paste the address: '; IFS= read -r ANSWER
