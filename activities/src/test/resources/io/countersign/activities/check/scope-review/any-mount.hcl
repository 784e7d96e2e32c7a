path "+/data/fraud/scoring" { capabilities = ["read"] }
