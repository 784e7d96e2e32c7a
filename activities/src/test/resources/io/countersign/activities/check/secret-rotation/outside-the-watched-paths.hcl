path "kv/data/payments/key" { capabilities = ["read"] }
