path "kv/data/fraud/scoring" { capabilities = ["read"] }
path "aws/creds/deploy" { capabilities = ["read"] }
