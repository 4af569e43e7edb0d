import seedrandom from 'seedrandom';

// Weights that a test leaves to tfjs's initializers are the same in every run: a draw that one run in five refuses
// would fail somebody else's change. What a test draws on purpose (fast-check) is of its own seed.
seedrandom('deconvnet', { global: true });
