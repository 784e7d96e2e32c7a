path "kv/data/*/scoring" { capabilities = ["read"] }
