// Placeholder until the tests stand.
