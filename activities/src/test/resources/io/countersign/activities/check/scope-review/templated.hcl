path "kv/data/{{identity.entity.name}}/*" { capabilities = ["read"] }
