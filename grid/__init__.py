"""The domain of Fengtu: pure, typed, immutable. No framework, no storage, no clock of its own."""
