export type { Picture } from '../picture.js';
