path "kv/data/fraud/scoring" { capabilities = ["read", "patch"] }
