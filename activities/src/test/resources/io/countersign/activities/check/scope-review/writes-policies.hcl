path "sys/policies/acl/fraud-read" { capabilities = ["update"] }
