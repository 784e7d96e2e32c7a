path "auth/token/create" { capabilities = ["update"] }
