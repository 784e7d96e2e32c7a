path "identity/entity/id/+" { capabilities = ["update"] }
