path "kv/data/fraudulent" { capabilities = ["read"] }
