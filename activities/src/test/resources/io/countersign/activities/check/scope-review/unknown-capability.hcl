path "kv/data/fraud/scoring" { capabilities = ["root"] }
