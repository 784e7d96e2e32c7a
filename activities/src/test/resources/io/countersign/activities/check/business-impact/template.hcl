path "kv/data/fraud/{{identity.entity.id}}" { capabilities = ["read"] }
