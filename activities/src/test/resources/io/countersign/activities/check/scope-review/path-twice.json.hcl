{"path": {"kv/data/fraud/scoring": {"capabilities": ["deny"]}, "kv/data/fraud/scoring": {"capabilities": ["read"]}}}
