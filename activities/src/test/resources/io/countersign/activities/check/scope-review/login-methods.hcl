path "auth/*" { capabilities = ["list"] }
