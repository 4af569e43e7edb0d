// Stage: after `backends/`. The entry `deconvnet/testing` checks mirrors of the user's own.
// In: a layer, its mirror, and the shapes of its inputs.
// Out: the list of properties that were checked, or an error that names the property that is violated.

export { type CheckMirrorOptions, checkMirror, type MirrorCheck } from './check-mirror.js';
