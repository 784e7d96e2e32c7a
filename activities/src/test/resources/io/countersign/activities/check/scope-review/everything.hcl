path "*" { capabilities = ["read"] }
