path "sys/audit/file" { capabilities = ["create", "update", "sudo"] }
