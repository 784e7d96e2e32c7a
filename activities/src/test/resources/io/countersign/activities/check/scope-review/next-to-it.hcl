path "kv/data/fraud-ledger" { capabilities = ["read"] }
