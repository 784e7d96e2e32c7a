path "sys/raw/core/keyring" { capabilities = ["read", "sudo"] }
