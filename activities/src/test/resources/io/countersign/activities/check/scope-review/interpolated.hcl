path "kv/data/${team}/scoring" { capabilities = ["read"] }
