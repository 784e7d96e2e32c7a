path "kv/data/{{identity.entity.name}}/key" { capabilities = ["read"] }
