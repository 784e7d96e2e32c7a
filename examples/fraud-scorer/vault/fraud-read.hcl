# Reads the settings of the scoring service, and nothing beside them.
path "kv/data/fraud/scoring" {
  capabilities = ["read"]
}
