path "kv/data/fraud/scoring" { capabilities = ["re
