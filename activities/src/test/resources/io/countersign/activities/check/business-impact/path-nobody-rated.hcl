path "kv/data/payments/card" { capabilities = ["read"] }
