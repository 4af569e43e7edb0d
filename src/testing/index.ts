export { type CheckMirrorOptions, checkMirror, type MirrorCheck } from './check-mirror.js';
