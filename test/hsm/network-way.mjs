// A network HSM on one machine: SoftHSM behind `p11-kit server`, and a way to it that can be slow or cut.
// Plain Node, because the benches use it too.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when it takes connections on the socket `path`. It leads a process group of its own, because it forks a process for every connection. */
export async function startP11KitServer({ path, module, conf }) {
  const server = spawn('p11-kit', ['server', '--foreground', '--sh', '--name', path, '--provider', module, 'pkcs11:'], {
    env: { PATH: process.env['PATH'], SOFTHSM2_CONF: conf },
    // It tells of every connection that breaks, and here all of them are broken on purpose.
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  await once(createInterface(server.stdout), 'line');
  return server;
}

/** p11-kit's numbers of two calls (rpc-message.h). */
const SIGN_INIT = 42;
const SIGN = 43;

/** Relays connections to the server on the socket `far`. */
export class NetworkWay {
  /** Of every message on its way to the HSM. A signature is two: C_SignInit and C_Sign. */
  latencyMs = 0;
  /** A connection that is silent for so long is cut; 0: never. */
  idleMs = 0;
  /** What one signature takes, from C_SignInit's arrival to C_Sign's answer. The token makes one at a time, for all connections together; 0: as it likes. */
  signMs = 0;
  #far;
  #server = createServer((near) => this.#connect(near));
  #messages = new EventEmitter();
  #sockets = new Set();
  #turn = Promise.resolve();
  #freeSince = 0;
  #gapsMs = [];
  #lateMs = [];

  constructor(far) {
    this.#far = far;
  }

  async listen(path) {
    this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  /** Resolves after so many more messages to the HSM. */
  async heard(count) {
    for (let heard = 0; heard < count; heard++) await once(this.#messages, 'message');
  }

  /** Of each signature since the last call, in ms, while `signMs` is set: for how long the token had had nothing to do, and how much later than it should the answer went out. */
  takeTimes() {
    return { gapsMs: this.#gapsMs.splice(0), lateMs: this.#lateMs.splice(0) };
  }

  /** Ends all connections; new ones are welcome. */
  async cut() {
    const closed = [...this.#sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  async close() {
    await this.cut();
    this.#server.close();
  }

  #connect(near) {
    const far = createConnection(this.#far);
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from);
      from.on('error', () => {}).on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    near.setTimeout(this.idleMs, () => near.destroy());
    let begun = 0;
    let held;
    const forward = (message, call) => {
      if (call === SIGN_INIT) begun = performance.now();
      if (call !== SIGN || this.signMs === 0) return void far.write(message);
      const since = begun;
      this.#turn = this.#turn.then(async () => {
        held = [];
        await this.#signSlowly(far, message, since);
        for (const answer of held) near.write(answer);
        held = undefined;
      });
    };
    far.on('data', (answer) => void (held ? held.push(answer) : near.write(answer)));
    near.on('data', splitMessages((message, call) => {
      this.#messages.emit('message');
      if (this.latencyMs === 0) forward(message, call);
      else setTimeout(() => forward(message, call), this.latencyMs);
    }));
  }

  async #signSlowly(far, message, begun) {
    const start = Math.max(begun, this.#freeSince);
    const end = start + this.signMs;
    const gone = new AbortController();
    const { signal } = gone;
    const answered = Promise.race(['data', 'close'].map((event) => once(far, event, { signal }))).catch(() => {});
    if (!far.destroyed) {
      far.write(message);
      await answered;
      await sleepUntil(end);
      if (this.#freeSince > 0) this.#gapsMs.push(start - this.#freeSince);
      this.#lateMs.push(performance.now() - end);
    }
    gone.abort();
    this.#freeSince = performance.now();
  }
}

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Node's timers count whole milliseconds; the last two are slept on the thread. */
async function sleepUntil(end) {
  const most = end - performance.now() - 2;
  if (most >= 1) await pause(most);
  const left = end - performance.now();
  if (left > 0) Atomics.wait(neverNotified, 0, 0, left);
}

/**
 * A listener for chunks that calls `each` with every whole message and the number of its call. One byte opens a
 * connection; a message is a number, two lengths, and what they count, big-endian (p11-kit's rpc-transport.c).
 */
function splitMessages(each) {
  let rest = Buffer.alloc(0);
  let opened = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const length = !opened ? 1 : rest.length < 12 ? Infinity : 12 + rest.readUInt32BE(4) + rest.readUInt32BE(8);
      if (rest.length < length) return;
      each(rest.subarray(0, length), opened ? rest.readUInt32BE(12 + rest.readUInt32BE(4)) : 0);
      rest = rest.subarray(length);
      opened = true;
    }
  };
}
