path "kv*" { capabilities = ["read"] }
