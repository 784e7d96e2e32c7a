path "kv/data/fraud/scoring" {
  capabilities = ["deny"]
  capabilities = ["read"]
}
