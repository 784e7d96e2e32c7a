# Reads the settings of the scoring service in staging, and nothing beside them.
path "kv/data/fraud/staging" {
  capabilities = ["read"]
}
