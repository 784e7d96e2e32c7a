path "transit/sign/fraud" {
  capabilities = ["update"]
  allowed_parameters = { "input" = [] }
}
