valkey-cli ACL SETUSER portal on '>PASSWORD' resetkeys '~contextfile:count:*' \
  -@all +evalsha '+script|load' +incr +pttl +pexpire +del +select
valkey-cli CONFIG REWRITE
