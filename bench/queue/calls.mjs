import { Redis } from 'ioredis';

/** Counts the commands that this process sends to Redis servers, but those of one connection. */
export class Calls {
  count = 0;
  #send = Redis.prototype.sendCommand;

  constructor(except) {
    const calls = this;
    const send = this.#send;
    Redis.prototype.sendCommand = function (...command) {
      if (this !== except) calls.count++;
      return send.apply(this, command);
    };
  }

  end() {
    Redis.prototype.sendCommand = this.#send;
  }
}
