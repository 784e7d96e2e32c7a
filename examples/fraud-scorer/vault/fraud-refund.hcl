# Reads the key of the refund interface, which is needed to pay a refund.
path "kv/data/fraud/refund-api" {
  capabilities = ["read"]
}
