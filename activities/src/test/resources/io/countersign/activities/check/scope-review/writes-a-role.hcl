path "auth/kubernetes/role/fraud" { capabilities = ["create", "update"] }
