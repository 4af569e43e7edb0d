import { expose } from 'comlink';
import { Explorer } from './explorer';

expose(new Explorer());
