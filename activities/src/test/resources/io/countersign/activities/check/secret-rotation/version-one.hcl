path "old/fraud" { capabilities = ["read"] }
