import { join } from 'node:path';
import * as queue from 'deconvnet/queue';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { miner, deconvnet, folder } = setting;
/** Nothing listens there, and nothing is asked before the options are right. */
const url = 'redis://127.0.0.1:1';
const mined = (options: object) => () =>
  queue.mineOnQueue(wrong({ queue: url, share: folder, model: 'model', images: [], ...options }));
const drawn = (options: object) => () =>
  queue.drawOnQueue(
    miner,
    wrong({ queue: url, share: folder, model: 'model', out: join(folder, 'gallery'), ...options }),
  );
const working = (options: object) => () => queue.work(wrong({ queue: url, ...options }));

/** Wrong calls of what works on a queue. */
export const queueCalls: readonly WrongCall[] = [
  ['mineOnQueue', 'a path for options', () => queue.mineOnQueue(wrong('model')), bad, /object of options.* "model"/],
  ['mineOnQueue', 'an option of mineImages', mined({ workers: 2 }), bad, /workers/],
  ['mineOnQueue', 'queue', mined({ queue: 6379 }), bad, /queue is the address of a Redis server.* the number 6379/],
  ['mineOnQueue', 'a web address', mined({ queue: 'http://a:b@c' }), bad, /'redis:\/\/localhost:6379'.*'http:\/\/c'/],
  ['mineOnQueue', 'share', mined({ share: null }), bad, /share is the path of the shared folder.* null/],
  ['mineOnQueue', 'parts', mined({ parts: 0 }), bad, /parts is a number of parts.* 0/],
  ['mineOnQueue', 'attach', mined({ attach: '../x' }), bad, /attach is the id of a run, 16 hexa.* "\.\.\/x"/],
  ['mineOnQueue', 'attempts', mined({ attempts: 0.5 }), bad, /attempts is how often a part is tried.* 0\.5/],
  ['mineOnQueue', 'retryDelay', mined({ retryDelay: '1s' }), bad, /retryDelay is a time in milliseconds.* "1s"/],
  ['mineOnQueue', 'lockDuration', mined({ lockDuration: 1 }), bad, /lockDuration is a time in milliseconds.* 1/],
  [
    'mineOnQueue',
    'stalledInterval',
    mined({ lockDuration: 1000, stalledInterval: 2000 }),
    bad,
    /stalledInterval .* from 50 to the lockDuration of 1000.* 2000/,
  ],
  ['mineOnQueue', 'model', mined({ model: deconvnet }), bad, /model is the path of a model, which each worker loads/],
  ['mineOnQueue', 'topology', mined({ topology: 3 }), bad, /topology is a file with a topology, .* the number 3/],
  ['mineOnQueue', 'onBegin', mined({ onBegin: 'log' }), bad, /onBegin is a function.* "log"/],
  ['mineOnQueue', 'signal', mined({ signal: 'stop' }), bad, /signal.* "stop"/],
  [
    'drawOnQueue',
    'a Deconvnet',
    () => queue.drawOnQueue(wrong(deconvnet), wrong({ queue: url })),
    bad,
    /takes a PatchMiner; .* a Deconvnet/,
  ],
  ['drawOnQueue', 'out', drawn({ out: 3 }), bad, /out is the folder to write to, a path; .* the number 3/],
  ['drawOnQueue', 'model', drawn({ model: 3 }), bad, /model is the path of the model.* the number 3/],
  ['drawOnQueue', 'topology', drawn({ topology: {} }), bad, /topology is a file with a topology, .* an object/],
  ['drawOnQueue', 'an option of writeGallery', drawn({ workers: 2 }), bad, /workers/],
  ['drawOnQueue', 'tile', drawn({ tile: 'large' }), bad, /tile .* "large"/],
  ['drawOnQueue', 'maxPixels', drawn({ maxPixels: 0 }), bad, /maxPixels .* 0/],
  ['work', 'an address for options', () => queue.work(wrong(url)), bad, /object of options/],
  ['work', 'queue', working({ queue: undefined }), bad, /queue is the address of a Redis server.* undefined/],
  ['work', 'share', working({ share: 3 }), bad, /share is the path of a folder.* the number 3/],
  ['work', 'folders', working({ folders: '/data' }), bad, /folders is a list of paths.* "\/data"/],
  ['work', 'map', working({ map: ['/a'] }), bad, /map is an object of paths by path/],
  ['work', 'allowHosts', working({ allowHosts: 'a.org' }), bad, /allowHosts is a list of the hosts/],
  ['work', 'workers', working({ workers: -1 }), bad, /workers is a number of threads.* -1/],
  ['work', 'every', working({ every: '1m' }), bad, /every is the number of seconds.* "1m"/],
  ['work', 'untilIdle', working({ untilIdle: 'yes' }), bad, /untilIdle is true or false.* "yes"/],
  ['work', 'onPart', working({ onPart: {} }), bad, /onPart is a function/],
  ['listRuns', 'queue', () => queue.listRuns(wrong({ queue: 1 })), bad, /queue is the address of a Redis server/],
  ['cancelRun', 'id', () => queue.cancelRun(wrong({ queue: url, id: 1 })), bad, /id is the id of a run.* the number 1/],
  ['cancelRun', 'a misspelt name', () => queue.cancelRun(wrong({ queue: url, run: 'x' })), bad, /run/],
];
