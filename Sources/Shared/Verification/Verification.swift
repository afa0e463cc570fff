// Placeholder until the stage stands.
