path "kv/data/ledger" { capabilities = ["deny", "sudo"] }
