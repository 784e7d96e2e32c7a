path "sys/*" { capabilities = ["read", "list"] }
