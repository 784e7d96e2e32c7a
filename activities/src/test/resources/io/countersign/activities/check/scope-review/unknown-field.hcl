path "kv/data/fraud/scoring" {
  capabilities = ["read"]
  control_group = { ttl = "4h" }
}
